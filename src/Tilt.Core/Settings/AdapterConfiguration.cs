using System.ComponentModel;
using Tilt.Configuration;

// The descriptions document the properties: comments of config.yaml and docs/configuration.md are made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>The low-rank adapter that is trained.</summary>
public sealed record AdapterConfiguration : IValidatable
{
    /// <summary>The word that stands for every linear layer of the blocks.</summary>
    public const string AllLinear = "all-linear";

    [Description("Folder of an adapter in PEFT's layout to start from; null starts from a new one that changes nothing yet. Rank, alpha "
        + "and target modules are then the folder's.")]
    [ExistingPath]
    public string? Path { get; init; }

    [Description("Rank of the update of every adapted matrix; null takes 16.")]
    [AtLeast(1)]
    public int? Rank { get; init; }

    [Description("The update is scaled by alpha / rank; null takes twice the rank.")]
    [GreaterThan(0)]
    public double? Alpha { get; init; }

    [Description("Scales by alpha / sqrt(rank) instead (rsLoRA); null takes false.")]
    public bool? RankStabilized { get; init; }

    [Description("Linear layers that are adapted, by the ends of their names: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, "
        + "down_proj, or all-linear alone; null takes all-linear.")]
    public IReadOnlyList<string>? TargetModules { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (TargetModules is { Count: 0 })
            yield return new(nameof(TargetModules), $"is empty; name at least one linear layer, or {AllLinear}.");
        if (TargetModules is { Count: > 1 } names && names.Contains(AllLinear, StringComparer.OrdinalIgnoreCase))
            yield return new(nameof(TargetModules),
                $"holds {AllLinear} beside other names; {AllLinear} alone already is every linear layer.");
        if (Path is null) yield break;
        (string Name, bool IsGiven)[] shape = [(nameof(Rank), Rank is not null), (nameof(Alpha), Alpha is not null),
            (nameof(RankStabilized), RankStabilized is not null), (nameof(TargetModules), TargetModules is not null)];
        foreach ((string name, _) in shape.Where(s => s.IsGiven))
            yield return new(name, "is given beside a path, but the adapter that training starts from has its own; leave it out.");
    }
}
