using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.TiltFit;

/// <summary>How far the two models are apart, and how long their responses are; means over prompts.</summary>
public sealed record Divergences
{
    /// <summary>KL(π‖p), nats a response.</summary>
    public required TiltEstimate TunedFromBase { get; init; }

    /// <summary>KL(p‖π), nats a response.</summary>
    public required TiltEstimate BaseFromTuned { get; init; }

    /// <summary>J, their sum.</summary>
    public required TiltEstimate Sum { get; init; }

    /// <summary>Mean tokens of a response of the base.</summary>
    public required TiltEstimate BaseLength { get; init; }

    /// <summary>Mean tokens of a response of the tuned model.</summary>
    public required TiltEstimate TunedLength { get; init; }

    /// <summary>Tuned minus base, paired by prompt.</summary>
    public required TiltEstimate LengthDifference { get; init; }

    /// <summary>Estimates from draws.</summary>
    public static Divergences Of(IReadOnlyList<PromptDraws> prompts, RandomStream stream)
    {
        double[] forward = [.. prompts.Select(prompt => prompt.FromTuned.Average(draw => draw.LogRatio))];
        double[] backward = [.. prompts.Select(prompt => -prompt.FromBase.Average(draw => draw.LogRatio))];
        double[] baseLengths = [.. prompts.Select(prompt => prompt.FromBase.Average(draw => draw.Length))];
        double[] tunedLengths = [.. prompts.Select(prompt => prompt.FromTuned.Average(draw => draw.Length))];
        uint use = 0;
        return new Divergences
        {
            TunedFromBase = Mean(forward),
            BaseFromTuned = Mean(backward),
            Sum = Mean([.. forward.Zip(backward, (a, b) => a + b)]),
            BaseLength = Mean(baseLengths),
            TunedLength = Mean(tunedLengths),
            LengthDifference = Mean([.. tunedLengths.Zip(baseLengths, (a, b) => a - b)]),
        };

        TiltEstimate Mean(double[] values) => TiltEstimate.Of(
            values.Average(), values.Length >= PromptBootstrap.FewestPrompts
                ? Intervals.BootstrapT(values, stream with { Step = stream.Step + use++ })
                : null);
    }
}
