using Tilt.Rollouts;
using Tilt.Training.Evaluation;
using Tilt.Training.Monitor;

namespace Tilt.Training.Tests.Monitor;

public sealed class EarlyStoppingTests
{
    private const int Problems = 512;

    [Fact]
    public void A_run_that_rises_and_falls_ends_after_its_peak_and_keeps_it()
    {
        // Base 0.50, up to 0.62 at step 10, down to 0.35.
        double[] accuracies = [0.50, 0.58, 0.62, 0.55, 0.48, 0.42, 0.35];
        Finding finding = Assert.IsType<Finding>(Stop(accuracies, seed: 1, patience: 2));
        Assert.Equal(20, finding.Step);
        Assert.True(finding.Stops);
        Assert.Contains("at step 10", finding.Sentence, StringComparison.Ordinal);
        Assert.Contains("The checkpoint of step 10 is kept", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_base_model_was_the_best_it_is_said() =>
        Assert.Contains("The base model itself is the best", Stop([0.5, 0.4, 0.35], seed: 1, patience: 2)!.Sentence,
            StringComparison.Ordinal);

    [Fact]
    public void One_bad_evaluation_is_not_enough() => Assert.Null(Stop([0.5, 0.62, 0.4, 0.63, 0.64], seed: 1, patience: 2));

    /// <remarks>
    /// A run that stands still ends at one of its 18 later evaluations with a probability of at most 18 · 0.001 (the level, and the union
    /// bound; that both halves must agree makes it less). Of 300 such runs more than 20 end with a probability below 1e-6.
    /// </remarks>
    [Fact]
    public void Runs_that_stand_still_or_rise_hardly_ever_end()
    {
        int still = Enumerable.Range(0, 300).Count(seed => Stop([.. Enumerable.Repeat(0.5, 20)], (uint)seed, 2) is not null);
        int rising = Enumerable.Range(0, 300)
            .Count(seed => Stop([.. Enumerable.Range(0, 20).Select(e => 0.5 + 0.01 * e)], (uint)seed, 2) is not null);
        Assert.InRange(still, 0, 20);
        Assert.Equal(0, rising);
    }

    /// <summary>The finding that ends a run with these accuracies, evaluated every 5 steps; null if it goes on.</summary>
    private static Finding? Stop(double[] accuracies, uint seed, int patience)
    {
        var rule = new EarlyStopping(new() { Patience = patience });
        PeakEvaluations? peaks = null;
        for (int e = 0; e < accuracies.Length; e++)
        {
            EvaluationTable table = Table(accuracies[e], seed, e);
            peaks = PeakEvaluations.After(peaks, 5 * e, table);
            if (e > 0 && rule.Look(peaks, 5 * e, table) is { } finding) return finding;
        }

        return null;
    }

    private static EvaluationTable Table(double accuracy, uint seed, int evaluation)
    {
        var stream = new RandomStream(seed, RandomDomain.Evaluation, (uint)evaluation, 0, 0);
        return new()
        {
            Problems = [],
            Levels = [],
            // Problems differ: what is easy stays easy from one evaluation to the next.
            Correct = [.. Enumerable.Range(0, Problems).Select(p => (bool[])
                [.. Enumerable.Range(0, 2)
                    .Select(s => stream.Uniform((uint)(2 * p + s)) < Math.Clamp(accuracy + 0.3 * Math.Sin(p), 0, 1))])],
            Answers = [],
            Lengths = [],
            SampleTexts = [],
            TokensGenerated = 0,
            TokensForward = 0,
            Seconds = 0,
        };
    }
}
