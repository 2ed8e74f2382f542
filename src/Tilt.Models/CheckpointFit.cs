namespace Tilt.Models;

/// <summary>Whether the tensors of a checkpoint are those of a configuration.</summary>
public static class CheckpointFit
{
    /// <exception cref="InputException">Tensors are missing, surplus or of wrong shape or type; all are listed.</exception>
    public static void Check(ModelConfiguration configuration, SafetensorsCheckpoint weights)
    {
        IReadOnlyList<ParameterShape> expected = ParameterLayout.Of(configuration);
        var problems = new List<string>();
        foreach (ParameterShape parameter in expected)
        {
            if (!weights.Contains(parameter.Name))
            {
                problems.Add($"'{parameter.Name}' of shape [{string.Join(", ", parameter.Shape)}] is missing.");
                continue;
            }
            SafetensorsTensor stored = weights.Find(parameter.Name);
            if (!stored.Shape.SequenceEqual(parameter.Shape))
                problems.Add($"'{parameter.Name}' has shape [{string.Join(", ", stored.Shape)}] where the configuration needs [{string.Join(", ", parameter.Shape)}].");
            if (stored.Type is not (SafetensorsType.F32 or SafetensorsType.BF16 or SafetensorsType.F16 or SafetensorsType.F64))
                problems.Add($"'{parameter.Name}' has element type {stored.Type}; weights are F32, BF16, F16 or F64.");
        }
        var known = expected.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        foreach (string name in weights.Names)
            if (!known.Contains(name) && !IsRedundant(name, configuration)) problems.Add($"'{name}' belongs to no parameter of this configuration.");
        if (problems.Count == 0) return;
        throw new InputException($"The weights in '{weights.Folder}' do not fit its config.json:\n" + string.Join('\n', problems.Select(p => "  - " + p)));
    }

    /// <summary>Published checkpoints hold copies of what the configuration already determines: the tied matrix and rotary frequencies.</summary>
    private static bool IsRedundant(string name, ModelConfiguration configuration) =>
        (name == ParameterLayout.Output && configuration.TiedEmbeddings) || name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);
}
