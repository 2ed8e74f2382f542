using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Architecture;

/// <summary>Whether stored tensors are the ones that are needed.</summary>
internal static class TensorFit
{
    /// <summary>Compares names, shapes and types.</summary>
    /// <param name="what">What does not fit what, for the message; without a full stop.</param>
    /// <param name="needed">Names and shapes of the tensors that are needed.</param>
    /// <param name="stored">The tensors there are.</param>
    /// <param name="mayBeSurplus">Tensors that are known to be there sometimes without being needed.</param>
    /// <exception cref="InputException">Tensors are missing, surplus or of wrong shape or type; all are listed.</exception>
    public static void Check(string what, IReadOnlyList<ParameterShape> needed, IEnumerable<SafetensorsTensor> stored,
        Predicate<string>? mayBeSurplus = null)
    {
        var byName = stored.ToDictionary(t => t.Name, StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (ParameterShape parameter in needed)
        {
            if (!byName.TryGetValue(parameter.Name, out SafetensorsTensor? tensor))
            {
                problems.Add($"'{parameter.Name}' of shape [{string.Join(", ", parameter.Shape)}] is missing.");
                continue;
            }
            if (!tensor.Shape.SequenceEqual(parameter.Shape))
                problems.Add($"'{parameter.Name}' has shape [{string.Join(", ", tensor.Shape)}] where the configuration needs "
                    + $"[{string.Join(", ", parameter.Shape)}].");
            if (tensor.Type is not (SafetensorsType.F32 or SafetensorsType.BF16 or SafetensorsType.F16 or SafetensorsType.F64))
                problems.Add($"'{parameter.Name}' has element type {tensor.Type}; weights are F32, BF16, F16 or F64.");
        }
        var known = needed.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        foreach (string name in byName.Keys.Order(StringComparer.Ordinal))
            if (!known.Contains(name) && mayBeSurplus?.Invoke(name) != true)
                problems.Add($"'{name}' belongs to no parameter of this configuration.");
        if (problems.Count == 0) return;
        throw new InputException($"{what}:\n" + string.Join('\n', problems.Select(p => "  - " + p)));
    }
}
