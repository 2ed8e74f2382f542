namespace Tilt.Training.Evaluation;

/// <summary>What a model or method answered to a set of problems, without the tokens: enough for every statistic. Saved as JSON.</summary>
public sealed record EvaluationTable
{
    /// <summary>Ids of the problems, in order.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Level of each problem.</summary>
    public required int[] Levels { get; init; }

    /// <summary>Whether each output is right, <c>[problem][output]</c>.</summary>
    public required bool[][] Correct { get; init; }

    /// <summary>Canonical answer of each output, null where it abstains, <c>[problem][output]</c>.</summary>
    public required string?[][] Answers { get; init; }

    /// <summary>Response tokens of each output, <c>[problem][output]</c>.</summary>
    public required int[][] Lengths { get; init; }

    /// <summary>
    /// Entropy of the policy's own conditionals at temperature 1 along the outputs, nats per token; null when not measured.
    /// </summary>
    public double? Entropy { get; init; }

    /// <summary>E[log q − log p] against the base model, nats per response; null when intractable.</summary>
    public double? Kl { get; init; }

    /// <summary>Text of the first output of the first few problems.</summary>
    public required IReadOnlyList<string> SampleTexts { get; init; }

    /// <summary>Response tokens generated, discarded ones included.</summary>
    public required long TokensGenerated { get; init; }

    /// <summary>Tokens that went through a forward pass.</summary>
    public required long TokensForward { get; init; }

    /// <summary>Seconds of work.</summary>
    public required double Seconds { get; init; }

    /// <summary>Mean over problems of the share of right outputs.</summary>
    public double Accuracy() => Correct.Average(outputs => outputs.Average(c => c ? 1.0 : 0));

    /// <summary>Mean response tokens.</summary>
    public double MeanLength() => Lengths.Average(outputs => outputs.Average());

    /// <summary>What the table comes to.</summary>
    public EvaluationFigures Figures() => new(Accuracy(), MeanLength(), Entropy, Kl);
}
