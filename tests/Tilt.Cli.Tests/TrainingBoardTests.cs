using Tilt.Cli.Progress;
using Tilt.Results;
using Tilt.Training.Evaluation;
using Tilt.Training.Monitor;
using Tilt.Training.Records;

namespace Tilt.Cli.Tests;

public sealed class TrainingBoardTests
{
    [Fact]
    public void Without_a_terminal_every_step_is_a_line_and_evaluations_and_findings_stand_below_it()
    {
        using var output = new StringWriter();
        using (var board = new TrainingBoard(output, null))
        {
            board.Report(Progress(1, null, []));
            board.Report(Progress(2, new(0.5, 16, 0.3, 0.2), [new(2, "length-collapse", "mean 17.2 → 6.4 tokens", Stops: false)]));
        }

        string[] lines = output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("step    1/4  reward 0.250", lines[0], StringComparison.Ordinal);
        Assert.Contains("50 tokens/s", lines[1], StringComparison.Ordinal);
        Assert.Contains("ETA 0:00:04", lines[1], StringComparison.Ordinal);
        Assert.Equal("  warning (length-collapse): mean 17.2 → 6.4 tokens.", lines[2]);
        Assert.StartsWith("  selection: accuracy 50.0 %", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_terminal_a_line_is_rewritten_and_what_matters_stays()
    {
        using var errors = new StringWriter();
        var time = new Clock();
        using (var board = new TrainingBoard(TextWriter.Null, new(time, errors, isTerminal: true)))
        {
            time.Seconds += 2;
            board.Report(Progress(1, null, []));
            time.Seconds += 2;
            board.Report(Progress(2, new(0.5, 16, 0.3, 0.2), []));
        }

        string text = errors.ToString();
        Assert.Contains("\r███░░░░░░░░░ 1/4  accuracy 40.0 %", text, StringComparison.Ordinal);
        Assert.Contains("step 2  selection: accuracy 50.0 %", text, StringComparison.Ordinal);
    }

    private static TrainingProgress Progress(int step, EvaluationFigures? evaluation, Finding[] findings) => new(
        new()
        {
            Step = step,
            Seconds = 2 * step,
            TokensGenerated = 100 * step,
            Curve = [new CurvePoint { Step = 0, Accuracy = 0.4, Length = 17, Entropy = 0.3 }],
        },
        4,
        new()
        {
            RewardTask = 0.25,
            RewardShaped = 0.25,
            KlReference = 0,
            LikelihoodReference = -5,
            ResponseLength = 12,
            ResponseShortestDecile = 3,
            ResponseRepeated = 0,
            ResponseTruncated = 0,
            ZeroAdvantage = 0,
            Unparsable = 0,
            OverBudget = 0,
            Entropy = 0.3,
            Staleness = 0,
            ClippedShare = 0,
            Update = new()
            {
                Version = step,
                Loss = 0,
                GradientNorm = 1,
                Clipped = false,
                LearningRate = 1e-4,
                Tokens = 10,
                Mismatch = null,
            },
        },
        evaluation, findings);

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(1000 * Seconds);
    }
}
