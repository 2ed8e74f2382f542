using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Tilt.Configuration;

// The descriptions document the properties: comments of config.yaml and docs/configuration.md are made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>What the monitor of a training run does with what it finds.</summary>
public sealed record MonitorConfiguration : IValidatable
{
    /// <summary>What the monitor looks for.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "no-reward", "unreadable", "over-budget", "likelihood-not-task", "length-collapse", "length-limit", "entropy-collapse",
        "repeated-responses", "zero-variance", "kl-runaway", "gradient-spike", "always-clipped", "mismatch",
    ];

    [Description("Steps whose figures are averaged before they are compared.")]
    [AtLeast(2), ChangeableOnResume]
    public int Window { get; init; } = 5;

    [Description("Names of findings that end the run; the others are told only: no-reward, unreadable, over-budget, likelihood-not-task, "
        + "length-collapse, length-limit, entropy-collapse, repeated-responses, zero-variance, kl-runaway, gradient-spike, "
        + "always-clipped, mismatch.")]
    [ChangeableOnResume]
    public IReadOnlyList<string> Stop { get; init; } = [];

    // Lists compare by what is in them.
    /// <inheritdoc/>
    public bool Equals(MonitorConfiguration? other) =>
        other is not null && Window == other.Window && Stop.SequenceEqual(other.Stop, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Window, Stop.Count);

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        foreach (string name in Stop.Where(name => !Names.Contains(name, StringComparer.Ordinal)))
            yield return new(nameof(Stop), $"names '{name}', which the monitor does not look for. There are {string.Join(", ", Names)}.");
    }
}

/// <summary>When a run ends before its last step because its accuracy has fallen.</summary>
public sealed record EarlyStoppingConfiguration
{
    [Description("Evaluations after the best one that must all lie below it.")]
    [AtLeast(1), ChangeableOnResume]
    public int Patience { get; init; } = 2;

    [Description("Level of the one-sided bound of the paired difference to the best evaluation, which must lie below 0. High, because the "
        + "best of several evaluations is partly luck.")]
    [Range(0.5, 1, MaximumIsExclusive = true), ChangeableOnResume]
    public double Level { get; init; } = 0.99;
}
