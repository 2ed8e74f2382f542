namespace Tilt.Models;

/// <summary>Whether the tensors of a checkpoint are those of a configuration.</summary>
public static class CheckpointFit
{
    /// <exception cref="InputException">Tensors are missing, surplus or of wrong shape or type; all are listed.</exception>
    public static void Check(ModelConfiguration configuration, SafetensorsCheckpoint weights) => TensorFit.Check(
        $"The weights in '{weights.Folder}' do not fit its config.json",
        ParameterLayout.Of(configuration),
        weights.Names.Select(weights.Find),
        name => IsRedundant(name, configuration));

    /// <summary>Published checkpoints hold copies of what the configuration already determines: the tied matrix and rotary frequencies.</summary>
    private static bool IsRedundant(string name, ModelConfiguration configuration) =>
        (name == ParameterLayout.Output && configuration.TiedEmbeddings) || name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);
}
