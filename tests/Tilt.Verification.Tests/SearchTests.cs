using Tilt.Acceptance.VerifierAttack;
using Tilt.Acceptance.VerifierSearch;

namespace Tilt.Verification.Tests;

/// <summary>The short forms of the searches in bench/acceptance.</summary>
public sealed class SearchTests
{
    [Fact]
    public void No_pair_that_is_proven_different_is_accepted()
    {
        SearchOutcome outcome = PairSearch.Different(new Verifier(), seed: 20_261, pairs: 6_000);
        Assert.Empty(outcome.Misjudged);
    }

    [Fact]
    public void No_wrong_response_climbs_to_a_score()
    {
        AttackOutcome outcome =
            new HillClimb(new Verifier(), new Draws(20_263)).Run([.. Gold.All.Where((_, i) => i % 4 == 0)], tries: 20_000);
        Assert.Empty(outcome.Successes.Concat(outcome.Thrown));
    }

    [Fact]
    public void Of_pairs_that_rewriting_made_equal_99_of_100_are_accepted()
    {
        SearchOutcome outcome = PairSearch.Equal(new Verifier(), seed: 20_262, pairs: 4_000);
        Assert.True(outcome.Misjudged.Count <= 40,
            string.Join(Environment.NewLine, outcome.Misjudged.Select(m => $"{m.Status}, {m.Pair.Rule}: {m.Pair.Gold} ← {m.Pair.Answer}")));
    }
}
