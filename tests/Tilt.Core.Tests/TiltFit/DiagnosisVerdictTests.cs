using Tilt.TiltFit;

namespace Tilt.Core.Tests.TiltFit;

public sealed class DiagnosisVerdictTests
{
    [Theory]
    [InlineData(2, 0, "sharpened")]
    [InlineData(0.5, 0, "flattened")]
    [InlineData(1, 4, "learned")]
    [InlineData(1, -4, "moved against the reward")]
    public void A_target_with_one_part_is_named_after_it(double alpha, double betaInverse, string name)
    {
        DiagnosisVerdict verdict = SmallDiagnosis.Diagnose(i => EnumeratedPrompt.Tilted(i, alpha, betaInverse)).Verdict;
        Assert.Equal((VerdictKind.Explained, name), (verdict.Kind, verdict.Name));
    }

    [Theory]
    [InlineData(1.6, 3)]
    [InlineData(2, 100)]
    public void A_target_with_both_parts_is_named_after_both(double alpha, double betaInverse)
    {
        DiagnosisVerdict verdict = SmallDiagnosis.Diagnose(i => EnumeratedPrompt.Tilted(i, alpha, betaInverse)).Verdict;
        Assert.Equal(RewardPart.Learned, verdict.Reward);
        Assert.Contains("learned", verdict.Name, StringComparison.Ordinal);
        if (betaInverse < 10) Assert.Equal(LikelihoodPart.Sharpened, verdict.Likelihood);
    }

    [Fact]
    public void The_base_itself_is_unchanged() =>
        Assert.Equal(VerdictKind.Unchanged, SmallDiagnosis.Diagnose(i => EnumeratedPrompt.Tilted(i, 1, 0)).Verdict.Kind);

    [Theory]
    [InlineData(1.0)]
    [InlineData(1.5)]
    [InlineData(2.5)]
    public void A_tuned_model_unrelated_to_base_and_reward_is_neither(double spread)
    {
        DiagnosisReport report = SmallDiagnosis.Diagnose(i => EnumeratedPrompt.Unrelated(i, spread), prompts: 200);
        Assert.True(report.Verdict.Kind == VerdictKind.Neither, report.Verdict.Reason);
    }

    [Fact]
    public void Noise_that_drowns_the_line_is_neither() =>
        Assert.Equal(VerdictKind.Neither,
            SmallDiagnosis.Diagnose(i => EnumeratedPrompt.Tilted(i, 1, 0, noise: 2), prompts: 200).Verdict.Kind);

    [Fact]
    public void Too_few_prompts_leave_it_undecided() =>
        Assert.Equal(VerdictKind.Undecided, SmallDiagnosis.Diagnose(i => EnumeratedPrompt.Tilted(i, 2, 0), prompts: 6).Verdict.Kind);

    [Fact]
    public void Without_gold_answers_the_verdict_is_about_likelihood_only()
    {
        DiagnosisReport report = SmallDiagnosis.Diagnose(i => EnumeratedPrompt.Tilted(i, 2, 0), gold: false);
        Assert.Equal("sharpened", report.Verdict.Name);
        Assert.Contains("no gold answers", report.Verdict.Reason, StringComparison.Ordinal);
        Assert.Null(report.Verdict.Reach);
        Assert.Null(report.Reach);
        Assert.Equal("not likelihood", SmallDiagnosis.Diagnose(i => EnumeratedPrompt.Unrelated(i), prompts: 200, gold: false).Verdict.Name);
    }

    [Fact]
    public void Problems_that_the_base_never_solved_are_bounded_and_counted()
    {
        // n = 16. Problem 0: never by either; 1: the base never, tuned 16 times; 2: the base never, tuned once; 3: lost; 4: both always.
        (int Base, int Tuned)[] solved = [(0, 0), (0, 16), (0, 1), (3, 0), (16, 16)];
        PromptDraws[] prompts = [.. solved.Select((s, i) => new PromptDraws($"{i}", Draws(s.Base), Draws(s.Tuned)))];
        ReachComparison reach = ReachComparison.Of(prompts, default);
        Assert.Equal((16, 3, 2, 1, 1),
            (reach.Draws, reach.NeverSolvedByBase, reach.ThenSolvedByTuned, reach.NewlySolved, reach.LostByTuned));
        Assert.Equal(1 - Math.Pow(0.05, 1.0 / 16), reach.NeverSolvedBound, 1e-12);
        Assert.InRange(reach.NeverSolvedBound, 2.5 / 16, 3.0 / 16);
        Assert.Equal(17.0 / 48, reach.TunedAccuracyOnThem!.Value, 1e-12);
        Assert.Equal([1, 2, 4, 8, 16], reach.PassAtK.Select(pair => pair.K));
        Assert.Equal(2.0 / 5, reach.PassAtK[^1].Base.Value, 1e-12);
        Assert.Equal(3.0 / 5, reach.PassAtK[^1].Tuned.Value, 1e-12);
        Assert.Equal(0.95, reach.PassAtK[^1].NeverSolvedBound, 1e-12);
    }

    [Fact]
    public void Draws_with_and_without_rewards_do_not_mix()
    {
        PromptDraws with = EnumeratedPrompt.Tilted(0, 1, 1).Draw(4, 1), without = EnumeratedPrompt.Tilted(1, 1, 1).Draw(4, 1, gold: false);
        Assert.Throws<ArgumentException>(() => DiagnosisReport.Of(SmallDiagnosis.Settings(), [with, without]));
        Assert.Throws<ArgumentException>(() => DiagnosisReport.Of(SmallDiagnosis.Settings(), []));
    }

    private static ScoredDraw[] Draws(int solved) =>
        [.. Enumerable.Range(0, 16).Select(i => new ScoredDraw(-i, -i, i < solved ? 1 : 0, 2))];
}
