using Tilt.HuggingFace.Architecture;

namespace Tilt.HuggingFace.Adapters;

/// <summary>Finds the linear layers of a model that an adapter's configuration chooses.</summary>
internal static class TargetModules
{
    /// <summary>
    /// The chosen linear layers in the order of the layout; what is wrong with the choice is added to <paramref name="problems"/>.
    /// </summary>
    /// <param name="configuration">The adapter's configuration.</param>
    /// <param name="model">The model's shape.</param>
    /// <param name="everyNameCounts">Whether a name that chooses nothing is a problem; PEFT lets it pass.</param>
    /// <param name="problems">Receives sentences.</param>
    public static IReadOnlyList<ParameterShape> Select(LoraConfiguration configuration, ModelConfiguration model, bool everyNameCounts,
        List<string> problems)
    {
        ParameterShape[] linear = [.. ParameterLayout.LinearLayers(model)];
        string[] linearModules = [.. linear.Select(p => p.Module)];
        // Transformers has the output matrix as a module of its own also where it is tied.
        string[] others = [.. ParameterLayout.Of(model).Select(p => p.Module).Append(ParameterShape.ModuleOf(ParameterLayout.Output))
            .Distinct(StringComparer.Ordinal).Except(linearModules, StringComparer.Ordinal)];
        string allowed = $"Adapted can be {string.Join(", ", ModuleSelector.AllLinear.Names)}.";
        foreach (string module in others.Where(m => Chooses(configuration, m)))
            problems.Add($"target_modules chooses '{module}', which is no linear layer of a block. {allowed}");
        if (everyNameCounts)
        {
            foreach (string name in configuration.TargetModules.Names.Where(
                n => !linearModules.Concat(others).Any(m => ModuleSelector.IsNamed(m, n))))
                problems.Add($"target_modules holds '{name}', which is no module of the model. {allowed}");
        }
        foreach (int block in configuration.Blocks.Where(b => b < 0 || b >= model.LayerCount))
            problems.Add($"layers_to_transform holds {block}; the model has blocks 0 to {model.LayerCount - 1}.");
        ParameterShape[] chosen = [.. linear.Where(p => Chooses(configuration, p.Module))];
        if (chosen.Length == 0 && problems.Count == 0) problems.Add($"target_modules chooses no layer of the model. {allowed}");
        return chosen;
    }

    private static bool Chooses(LoraConfiguration configuration, string module)
    {
        if (configuration.ExcludedModules?.Matches(module) == true || !configuration.TargetModules.Matches(module)) return false;
        // A module given by its full name is adapted whatever its block.
        return configuration.Blocks.Count == 0 || configuration.TargetModules.Names.Contains(module, StringComparer.Ordinal)
            || (ParameterLayout.BlockOf(module) is { } block && configuration.Blocks.Contains(block));
    }
}
