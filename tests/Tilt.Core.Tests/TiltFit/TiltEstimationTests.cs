using CsCheck;
using Tilt.Rollouts;
using Tilt.TiltFit;

namespace Tilt.Core.Tests.TiltFit;

public sealed class TiltEstimationTests
{
    private static readonly RandomStream Stream = new(5, RandomDomain.Statistics, 0, 0, 0);

    [Theory]
    [InlineData(2, 0)]
    [InlineData(0.5, 0)]
    [InlineData(1, 3)]
    [InlineData(2, 100)]
    [InlineData(4, 0.25)]
    [InlineData(0.75, -2)]
    public void An_exact_target_is_recovered_from_laws_and_from_draws_under_every_source(double alpha, double betaInverse)
    {
        EnumeratedPrompt[] prompts = [.. Range(20).Select(i => EnumeratedPrompt.Tilted(i, alpha, betaInverse))];
        var exact = TiltEstimation.Of([.. prompts.Select(prompt => prompt.Moments())], gold: true, Stream);
        AssertTarget(exact.Mixture, alpha, betaInverse);
        AssertTarget(exact.Base, alpha, betaInverse);
        if (betaInverse < 10)
        {
            AssertTarget(exact.Tuned, alpha, betaInverse);
            Assert.Equal(0, exact.AlphaDisagreement!.Value, 1e-6);
        }
        else
        {
            // A response without reward has probability e^−100 there: nothing that arithmetic could see.
            Assert.Equal((null, Identification.NoVariation), (exact.Tuned.BetaInverse, exact.Tuned.BetaInverseIdentification));
            Assert.Null(exact.AlphaDisagreement);
        }
        Assert.Equal(1, exact.Mixture.LogRatioRSquared!.Value, 1e-9);

        var drawn = TiltEstimation.Of([.. prompts.Select(prompt => prompt.Draw(8, 3))], gold: true, Stream);
        AssertTarget(drawn.Mixture, alpha, betaInverse);
        Assert.Equal(1, drawn.Mixture.LogProbabilityRSquared!.Value, 1e-9);
    }

    /// <summary>All pairs of two draws from p and two from π, with their probabilities.</summary>
    [Fact]
    public void Moments_from_draws_are_unbiased()
    {
        ScoredDraw[] responses = [new(-0.3, -1.2, 1, 2), new(-1.9, -0.7, 0, 1), new(-2.2, -1.8, 0, 5), new(-3.0, -2.5, 1, 3)];
        double[] p = [0.5, 0.2, 0.2, 0.1], q = [0.1, 0.4, 0.3, 0.2];
        var expected = new double[3][];
        for (int law = 0; law < 3; law++) expected[law] = new double[WithinPromptMoments.Entries];
        for (int outcome = 0; outcome < 256; outcome++)
        {
            int[] drawn = [outcome & 3, outcome >> 2 & 3, outcome >> 4 & 3, outcome >> 6];
            double probability = p[drawn[0]] * p[drawn[1]] * q[drawn[2]] * q[drawn[3]];
            var moments = WithinPromptMoments.OfDraws(
                new PromptDraws("x", [responses[drawn[0]], responses[drawn[1]]], [responses[drawn[2]], responses[drawn[3]]]));
            for (int law = 0; law < 3; law++)
            {
                double[] covariances = moments.Covariances((DrawLaw)law);
                for (int entry = 0; entry < covariances.Length; entry++) expected[law][entry] += probability * covariances[entry];
            }
        }
        var exact = WithinPromptMoments.OfLaws(responses, p, q);
        for (int law = 0; law < 3; law++)
        {
            for (int entry = 0; entry < WithinPromptMoments.Entries; entry++)
                Assert.Equal(exact.Covariances((DrawLaw)law)[entry], expected[law][entry], 1e-12);
        }
    }

    [Fact]
    public void The_estimate_is_weighted_least_squares_with_an_intercept_a_prompt()
    {
        EnumeratedPrompt[] prompts = [.. Range(6).Select(i => EnumeratedPrompt.Tilted(i, 1.5, 2, noise: 1))];
        var fit = TiltEstimation.Of([.. prompts.Select(prompt => prompt.Moments())], gold: true, Stream);
        // The ordinary way: rows of all prompts with a dummy for each, weighted by the mixture.
        var rows = prompts.SelectMany((prompt, x) =>
            prompt.Responses.Select((response, i) => (x, response, Weight: (prompt.BaseLaw[i] + prompt.TunedLaw[i]) / 2))).ToArray();
        var design = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(rows.Length, 8,
            (row, column) => Math.Sqrt(rows[row].Weight) * (column switch
            {
                0 => rows[row].response.BaseLogProbability,
                1 => rows[row].response.Reward!.Value,
                _ => rows[row].x == column - 2 ? 1 : 0,
            }));
        var response = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(rows.Length,
            row => Math.Sqrt(rows[row].Weight) * rows[row].response.TunedLogProbability);
        var solution = design.QR().Solve(response);
        Assert.Equal(solution[0], fit.Mixture.Alpha!.Value, 1e-9);
        Assert.Equal(solution[1], fit.Mixture.BetaInverse!.Value, 1e-9);
        Assert.Equal((design * solution - response).PointwisePower(2).Sum() / 6,
            (1 - fit.Variance!.Explained.Value) * fit.Variance.StandardDeviation * fit.Variance.StandardDeviation, 1e-9);
    }

    [Fact]
    public void Standard_errors_are_those_of_the_sandwich()
    {
        EnumeratedPrompt[] prompts = [.. Range(15).Select(i => EnumeratedPrompt.Tilted(i, 1.5, 2, noise: 1))];
        WithinPromptMoments[] moments = [.. prompts.Select(prompt => prompt.Moments())];
        var fit = TrackedRegression.Fit(moments, DrawLaw.Mixture, Variable.BaseLogProbability, Variable.Reward);
        // Against the jackknife over prompts, which it approximates.
        double squares = 0;
        for (int left = 0; left < moments.Length; left++)
        {
            var without = TrackedRegression.Fit([.. moments.Where((_, i) => i != left)], DrawLaw.Mixture, Variable.BaseLogProbability,
                Variable.Reward);
            squares += Math.Pow(without.Values[0] - fit.Values[0], 2);
        }
        Assert.InRange(fit.Errors[0] / Math.Sqrt(squares * 14 / 15), 0.75, 1.1);
    }

    [Fact]
    public void Sources_disagree_off_target_and_the_tuned_models_own_draws_lie_above_the_line()
    {
        EnumeratedPrompt[] prompts = [.. Range(60).Select(i => EnumeratedPrompt.Tilted(i, 1, 0, noise: 1.5))];
        var fit = TiltEstimation.Of([.. prompts.Select(prompt => prompt.Moments())], gold: true, Stream);
        double above = 0;
        foreach (EnumeratedPrompt prompt in prompts)
        {
            double[] residuals =
                [.. prompt.Responses.Select(r => r.TunedLogProbability - fit.Mixture.Alpha!.Value * r.BaseLogProbability
                    - fit.Mixture.BetaInverse!.Value * r.Reward!.Value)];
            above += residuals.Zip(prompt.TunedLaw, (e, w) => e * w).Sum() - residuals.Zip(prompt.BaseLaw, (e, w) => e * w).Sum();
        }
        Assert.True(above / 60 > 1, $"{above / 60}");
        Assert.True(fit.Mixture.LogRatioRSquared < 0.5);
        Assert.NotNull(fit.AlphaDisagreement!.Interval);
    }

    [Fact]
    public void A_reward_that_never_varies_within_a_prompt_is_not_identified_and_never_zero()
    {
        // Prompts differ in reward, their draws do not.
        PromptDraws[] prompts = [.. Range(20).Select(i => WithReward(EnumeratedPrompt.Tilted(i, 2, 0).Draw(6, 1), i % 2))];
        var fit = TiltEstimation.Of(prompts, gold: true, Stream);
        Assert.Null(fit.Mixture.BetaInverse);
        Assert.Equal(Identification.NoVariation, fit.Mixture.BetaInverseIdentification);
        Assert.Equal(2, fit.Mixture.Alpha!.Value, 1e-6);
        Assert.Null(fit.Variance!.Reward);
    }

    [Fact]
    public void A_base_whose_log_probability_never_varies_leaves_alpha_not_identified()
    {
        var model = new PromptDraws("x", [new(-1, -2, 1, 3), new(-1, -5, 0, 3)], [new(-1, -2, 1, 3), new(-1, -2, 1, 3)]);
        var fit = TiltEstimation.Of([model], gold: true, Stream);
        Assert.Null(fit.Mixture.Alpha);
        Assert.Equal(Identification.NoVariation, fit.Mixture.AlphaIdentification);
        Assert.Equal(3, fit.Mixture.BetaInverse!.Value, 1e-9);
    }

    [Fact]
    public void Likelihood_and_reward_that_go_together_exactly_are_not_told_apart()
    {
        var model = new PromptDraws("x", [new(-1, -2, 1, 3), new(-4, -5, 0, 3)], [new(-1, -2, 1, 3), new(-1, -2, 1, 3)]);
        var fit = TiltEstimation.Of([model], gold: true, Stream);
        Assert.Null(fit.Mixture.Alpha);
        Assert.Null(fit.Mixture.BetaInverse);
        Assert.Equal(Identification.Collinear, fit.Mixture.AlphaIdentification);
        Assert.Equal(Identification.Collinear, fit.Mixture.BetaInverseIdentification);
    }

    [Fact]
    public void Without_gold_answers_the_reward_is_left_out()
    {
        var fit = TiltEstimation.Of([.. Range(20).Select(i => EnumeratedPrompt.Tilted(i, 2, 0).Draw(6, 1, gold: false))], gold: false,
            Stream);
        Assert.Equal(Identification.LeftOut, fit.Mixture.BetaInverseIdentification);
        Assert.Null(fit.Mixture.BetaInverse);
        Assert.Equal(2, fit.Mixture.Alpha!.Value, 1e-6);
    }

    [Fact]
    public void The_variance_splits_as_by_hand()
    {
        // Within the prompt log p and r are independent: log-ratio = 1·log p + 2·r + e with variances 1, 1/4 and e independent of both.
        var draws = new List<ScoredDraw>();
        foreach (double p in (double[])[-1, 1])
            foreach (double r in (double[])[0, 1])
                foreach (double e in (double[])[-0.5, 0.5])
                    draws.Add(new(p, 2 * p + 2 * r + e, r, 1));
        double[] equal = [.. Enumerable.Repeat(1.0 / 8, 8)];
        var split = TiltEstimation.Of([WithinPromptMoments.OfLaws(draws, equal, equal)], gold: true, Stream).Variance!;
        Assert.Equal(Math.Sqrt(2.25), split.StandardDeviation, 1e-12);
        Assert.Equal(1 / 2.25, split.Likelihood.Value, 1e-12);
        Assert.Equal(1 / 2.25, split.Reward!.Value, 1e-12);
        Assert.Equal(0, split.Shared!.Value, 1e-12);
        Assert.Equal(2 / 2.25, split.Explained.Value, 1e-12);
        Assert.Equal(Math.Min(2 / 2.25, 1 - 0.25 / 5.25), split.Fit.Value, 1e-12);
    }

    [Fact]
    public void Adding_the_length_finds_what_length_does_and_no_more()
    {
        ScoredDraw[][] responses =
            [.. Range(30).Select(i => EnumeratedPrompt.Tilted(i, 1.5, 2).Responses
                .Select(r => r with { TunedLogProbability = r.TunedLogProbability - 0.4 * r.Length }).ToArray())];
        WithinPromptMoments[] moments =
            [.. responses.Select(r =>
                WithinPromptMoments.OfLaws(r, Normalized(r, d => d.BaseLogProbability), Normalized(r, d => d.TunedLogProbability)))];
        var fit = TiltEstimation.Of(moments, gold: true, Stream);
        Assert.Equal(-0.4, fit.Length!.Coefficient.Value, 1e-8);
        Assert.Equal(1.5, fit.Length.Alpha.Value, 1e-8);
        Assert.Equal(2, fit.Length.BetaInverse!.Value, 1e-8);
        Assert.Equal(1 - fit.Variance!.Explained.Value, fit.Length.Unique.Value, 1e-8);
        Assert.True(fit.Length.Unique.Value > 0.01);
        Assert.True(Math.Abs(fit.Mixture.Alpha!.Value - 1.5) > 0.01);
    }

    [Fact]
    public void The_same_seed_gives_the_same_intervals_and_a_constant_a_prompt_changes_nothing()
    {
        PromptDraws[] prompts = [.. Range(12).Select(i => EnumeratedPrompt.Tilted(i, 1.5, 1, noise: 1).Draw(6, 1))];
        PromptDraws[] shifted =
            [.. prompts.Select((prompt, i) => new PromptDraws(prompt.Id, Shift(prompt.FromBase, 7 * i), Shift(prompt.FromTuned, 7 * i)))];
        TiltEstimation first = TiltEstimation.Of(prompts, gold: true, Stream), again = TiltEstimation.Of(prompts, gold: true, Stream),
            moved = TiltEstimation.Of(shifted, gold: true, Stream);
        Assert.Equal(first.Mixture.Alpha!.Interval, again.Mixture.Alpha!.Interval);
        Assert.NotEqual(first.Mixture.Alpha.Interval,
            TiltEstimation.Of(prompts, gold: true, Stream with { Seed = 6 }).Mixture.Alpha!.Interval);
        Assert.Equal(first.Mixture.BetaInverse!.Interval![0], moved.Mixture.BetaInverse!.Interval![0], 1e-9);
        Assert.InRange(first.Mixture.Alpha.Value, first.Mixture.Alpha.Interval![0], first.Mixture.Alpha.Interval[1]);
    }

    [Fact]
    public void Few_prompts_give_estimates_without_intervals()
    {
        var fit = TiltEstimation.Of([.. Range(9).Select(i => EnumeratedPrompt.Tilted(i, 1.5, 1, noise: 1).Draw(6, 1))], gold: true, Stream);
        Assert.Null(fit.Mixture.Alpha!.Interval);
        Assert.Null(fit.Variance!.Fit.Interval);
        // Twenty prompts of which four have both rewards: α has an interval, 1/β has none.
        PromptDraws[] few = [.. Range(20).Select(i => EnumeratedPrompt.Tilted(i, 1.5, 1, noise: 1).Draw(6, 1))
            .Select((prompt, i) => i < 4 ? prompt : WithReward(prompt, 0))];
        var rare = TiltEstimation.Of(few, gold: true, Stream);
        Assert.True(rare.Mixture.PromptsWithReward <= 4);
        Assert.NotNull(rare.Mixture.Alpha!.Interval);
        Assert.Null(rare.Mixture.BetaInverse!.Interval);
    }

    [Fact]
    public void Impossible_scores_and_too_few_draws_are_refused()
    {
        Assert.Throws<ArgumentException>(() => TiltEstimation.Of(Array.Empty<PromptDraws>(), true, Stream));
        Assert.Throws<ArgumentException>(
            () => TiltEstimation.Of([new PromptDraws("x", [new(-1, -1, 0, 1)], [new(-1, -1, 0, 1)])], true, Stream));
        Assert.Throws<ArgumentException>(() => TiltEstimation.Of(
            [new PromptDraws("x", [new(-1, double.NaN, 0, 1), new(-1, -1, 0, 1)], [new(-1, -1, 0, 1), new(-1, -1, 0, 1)])], true, Stream));
    }

    [Fact]
    public void Two_models_of_equal_spread_that_are_merely_different_never_reach_the_threshold_of_the_fit() =>
        Gen.Select(Gen.Double[-3, 3].Array[8], Gen.Double[-3, 3].Array[8], Gen.Double[0, 1]).Sample((a, b, mix) =>
        {
            double[] mixed = [.. a.Zip(b, (x, y) => mix * x + (1 - mix) * y)];
            if (a.Max() - a.Min() < 1e-2 || mixed.Max() - mixed.Min() < 1e-2) return true;
            double[] p = Standardized(a), q = Standardized(mixed);
            ScoredDraw[] draws = [.. p.Zip(q, (x, y) => new ScoredDraw(x, y, null, 1))];
            double[] equal = [.. Enumerable.Repeat(1.0 / 8, 8)];
            var fit = TiltEstimation.Of([WithinPromptMoments.OfLaws(draws, equal, equal)], gold: false, Stream);
            return fit.Mixture.Alpha is null || fit.Mixture.Alpha.Value < 0 || fit.Variance is null
                || fit.Variance.Fit.Value <= DiagnosisVerdict.SmallestFit + 1e-9;
        }, seed: "0N0XIzNsQ0O2", iter: 500);

    private static IEnumerable<uint> Range(int count) => Enumerable.Range(0, count).Select(i => (uint)i);

    private static void AssertTarget(FittedTilt fit, double alpha, double betaInverse)
    {
        Assert.Equal(alpha, fit.Alpha!.Value, 1e-6);
        Assert.Equal(betaInverse, fit.BetaInverse!.Value, 1e-6);
    }

    private static PromptDraws WithReward(PromptDraws prompt, double reward) =>
        new(prompt.Id, [.. prompt.FromBase.Select(d => d with { Reward = reward })],
            [.. prompt.FromTuned.Select(d => d with { Reward = reward })]);

    private static ScoredDraw[] Shift(IReadOnlyList<ScoredDraw> draws, double by) =>
        [.. draws.Select(d => d with { TunedLogProbability = d.TunedLogProbability + by })];

    private static double[] Normalized(ScoredDraw[] draws, Func<ScoredDraw, double> log)
    {
        double sum = draws.Sum(d => Math.Exp(log(d)));
        return Array.ConvertAll(draws, d => Math.Exp(log(d)) / sum);
    }

    private static double[] Standardized(double[] values)
    {
        double mean = values.Average(), deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        return Array.ConvertAll(values, v => (v - mean) / deviation);
    }
}
