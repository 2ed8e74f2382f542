using Tilt.Results;

namespace Tilt.Studies.Tests.Comparison;

/// <summary>Every branch of every rule in docs/claims.md, on results made to meet it.</summary>
public sealed class ClaimJudgeTests
{
    private const string Supported = "supported", NotSupported = "not supported", Undecided = "undecided";

    [Fact]
    public void All_claims_are_supported_where_all_hold() =>
        Assert.All(new SyntheticEvidence().JudgeAll(),
            claim => Assert.True(claim.Verdict == Supported, $"{claim.Id}: {claim.Verdict}. {claim.Explanation}"));

    [Fact]
    public void Every_claim_has_an_id_of_its_own() =>
        Assert.Equal(10, new SyntheticEvidence().JudgeAll().Select(c => c.Id).Distinct().Count());

    [Theory]
    [InlineData("sharpening-gains-little", "task-reward")]
    [InlineData("sharpening-unstable", "tempered-2")]
    [InlineData("sharpening-shortens", "sharpening")]
    [InlineData("mode-is-short", "beam-4")]
    [InlineData("fixed-length-milder", "sharpening-fixed-length")]
    [InlineData("task-reward-wins", "base")]
    [InlineData("task-reward-wins-most-on-hard-levels", "task-reward")]
    [InlineData("reliance-better-and-steadier", "tilted-2-4")]
    [InlineData("early-stopping-helps", "tempered-2")]
    [InlineData("identity-control", "tempered-1")]
    public void A_method_that_was_not_run_leaves_its_claims_undecided_and_is_named(string id, string method)
    {
        ClaimResult claim = new SyntheticEvidence().Without(method).Judge(id);
        Assert.Equal((Undecided, null), (claim.Verdict, claim.Statistic));
        Assert.Contains(method, claim.Explanation, StringComparison.Ordinal);
    }

    [Fact]
    public void Gains_little_turns_on_half_the_gain_of_the_task_reward()
    {
        // Base .45, task reward .8875: half the gain is .21875, so a method at .66875 sits on the threshold.
        Assert.Equal(NotSupported, Verdict("sharpening-gains-little", e => e.Accuracy("greedy", .9, .8, .7, .6)));
        Assert.Equal(Undecided, Verdict("sharpening-gains-little", e => e.Accuracy("greedy", .875, .7, .6, .5)));
    }

    [Fact]
    public void Unstable_needs_a_fall_in_every_sharpening_seed_and_none_with_the_task_reward()
    {
        Assert.Equal(NotSupported,
            Verdict("sharpening-unstable", e => e.Curve("sharpening", [.4, .42, .4], 20, 6).Curve("tempered-2", [.4, .42, .4], 20, 6)));
        Assert.Equal(Undecided, Verdict("sharpening-unstable", e => e.Curve("sharpening", [.4, .42, .4], 20, 6, oneSeedOnly: true)));
        Assert.Equal(Undecided, Verdict("sharpening-unstable", e => e.Curve("task-reward", [.4, .9, .8], 20, 20)));
    }

    [Fact]
    public void Shortens_turns_on_the_ratio_of_lengths_in_every_seed()
    {
        Assert.Equal(NotSupported, Verdict("sharpening-shortens", e => e.Curve("sharpening", [.4, .2], 20, 19)));
        Assert.Equal(Undecided, Verdict("sharpening-shortens", e => e.Curve("sharpening", [.4, .2], 20, 19, oneSeedOnly: true)));
        Assert.Equal(Undecided, Verdict("sharpening-shortens", e => e.Curve("sharpening", [.4, .2], 20, 12)));
    }

    [Theory]
    [InlineData("mode-is-short", "beam-4", "greedy")]
    [InlineData("fixed-length-milder", "sharpening", "sharpening-fixed-length")]
    public void A_comparison_of_two_methods_turns_on_the_sign_of_its_interval(string id, string lower, string higher)
    {
        Assert.Equal(NotSupported, Verdict(id, e => e.Accuracy(lower, .5, .5, .5, .5).Accuracy(higher, .3, .3, .3, .3)));
        Assert.Equal(Undecided, Verdict(id, e => e.Accuracy(lower, .5, .5, .5, .5).Accuracy(higher, .5, .5, .5, .5)));
    }

    [Fact]
    public void Beam_search_is_judged_on_hard_levels_alone() =>
        Assert.Equal(Supported, Verdict("mode-is-short", e => e.Accuracy("beam-4", 1, 1, .05, .05)));

    [Fact]
    public void Task_reward_must_beat_every_method_in_every_seed()
    {
        Assert.Equal(NotSupported, Verdict("task-reward-wins", e => e.Accuracy("greedy", 1, 1, 1, 1)));
        Assert.Equal(Undecided, Verdict("task-reward-wins", e => e.Accuracy("greedy", .95, .9, .9, .8)));
        Assert.Equal(Undecided, Verdict("task-reward-wins", e => e.OneSeedAt("task-reward", .4)));
    }

    [Fact]
    public void Hard_levels_are_compared_with_easy_ones()
    {
        Assert.Equal(NotSupported, Verdict("task-reward-wins-most-on-hard-levels", e => e.Accuracy("task-reward", 1, 1, .4, .3)));
        Assert.Equal(Undecided, Verdict("task-reward-wins-most-on-hard-levels", e => e.Accuracy("task-reward", .9, .6, .4, .3)));
    }

    [Fact]
    public void Reliance_needs_a_climb_without_drops_and_a_steadier_end()
    {
        const string id = "reliance-better-and-steadier";
        Assert.Equal(NotSupported, Verdict(id, e => e.Accuracy("tilted-2-100", 0.1, 0.1, 0.05, 0.05)));
        Assert.Equal(Undecided, Verdict(id, e => e.Accuracy("tilted-2-4", .6, .2, .1, .05)));
        Assert.Equal(Undecided, Verdict(id, e => e.Curve("tilted-2-100", [.4, .9, .3], 20, 20)));
    }

    [Fact]
    public void Early_stopping_is_judged_on_both_regimes()
    {
        Assert.Equal(NotSupported, Verdict("early-stopping-helps", e => e.Best("sharpening", .3, .05, 0.02, 0.02)));
        Assert.Equal(Undecided, Verdict("early-stopping-helps", e => e.Best("tempered-2", .6, .1, .05, .05)));
    }

    [Fact]
    public void The_identity_control_turns_on_5_points()
    {
        Assert.Equal(NotSupported, Verdict("identity-control", e => e.Accuracy("tempered-1", .7, .4, .2, .1)));
        Assert.Equal(Undecided, Verdict("identity-control", e => e.Accuracy("tempered-1", .75, .45, .25, .15)));
    }

    private static string Verdict(string id, Func<SyntheticEvidence, SyntheticEvidence> change) =>
        change(new SyntheticEvidence()).Judge(id).Verdict;
}
