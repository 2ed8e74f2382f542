using System.Data;
using System.Globalization;
using System.Text.RegularExpressions;
using Tilt.Rollouts;
using Tilt.Tasks.Embedded;

namespace Tilt.Core.Tests.Tasks.Embedded;

public sealed class EmbeddedProblemsTests
{
    private static readonly int[] TermCounts = [2, 3, 4, 6];

    [Fact]
    public void Problems_have_the_answer_an_independent_evaluation_gives_and_totals_in_range()
    {
        foreach (var problem in Enum.GetValues<Split>().SelectMany(split => EmbeddedProblems.Problems(split, 100, 3)))
        {
            string expression = ExpressionOf(problem);
            string[] terms = Regex.Matches(expression, @"[+-]?\d+(\*\d+)?").Select(match => match.Value).ToArray();
            Assert.Equal(TermCounts[problem.Level!.Value - 1], terms.Length);
            for (int count = 1; count <= terms.Length; count++) Assert.InRange(Evaluate(string.Concat(terms.Take(count))), 0, 99);
            Assert.Equal(Evaluate(expression), int.Parse(problem.Answer, CultureInfo.InvariantCulture));
            Assert.DoesNotContain('*', terms[0]);
            Assert.InRange(terms.Count(term => term.Contains('*')), 0, problem.Level switch { 1 => 0, 4 => 2, _ => 1 });
        }
    }

    [Fact]
    public void Splits_share_no_chain_whatever_the_wording()
    {
        var chains =
            Enum.GetValues<Split>().Select(split => EmbeddedProblems.Problems(split, 128, 5).Select(ExpressionOf).ToHashSet()).ToArray();
        for (int a = 0; a < chains.Length; a++)
            for (int b = 0; b < a; b++) Assert.Empty(chains[a].Intersect(chains[b]));
        Assert.All(chains, set => Assert.Equal(512, set.Count));
    }

    [Fact]
    public void The_corpus_keeps_to_its_split()
    {
        var corpus = new Corpus(new CorpusMixture(), 1);
        for (uint i = 0; i < 2000; i++) Assert.Equal(Split.Pretraining, EmbeddedProblems.SplitOf(corpus[i].Chain));
    }

    [Theory]
    [InlineData("12+7", Split.Pretraining)]
    [InlineData("12+3*4-7", Split.Pretraining)]
    [InlineData("5-5", Split.Test)]
    [InlineData("1+2+3+4+5+6", Split.Selection)]
    public void The_split_of_a_chain_never_changes(string expression, Split split) =>
        Assert.Equal(split, EmbeddedProblems.SplitOf(Chain(expression)));

    [Fact]
    public void The_hash_never_changes()
    {
        // SplitMix64's finaliser of the published FNV-1a values of "" and "a".
        Assert.Equal(Finalise(0xCBF29CE484222325), StableHash.Of(""));
        Assert.Equal(Finalise(0xAF63DC4C8601EC8C), StableHash.Of("a"));
    }

    [Fact]
    public void Problems_of_a_seed_never_change()
    {
        string text = string.Join('\n',
            EmbeddedProblems.Problems(Split.Test, 2, 42).Select(problem => $"{problem.Id} {problem.Text} {problem.Answer}"));
        Assert.Equal(
            """
            L1-5a2dd351d1ae2d6e 4-4 0
            L2-ed6286c5bd851646 13-2+14 25
            L3-8219577c2a7ef384 Finn has 8 coins, wins 15, wins 14, loses 27. How many? 10
            L4-104de430b164788c Dan has 1 cups, buys 4 packs of 7, buys 5 packs of 8, wins 4, uses 8, wins 1. How many? 66
            L1-f98a64a466691118 Dan has 21 nuts, buys 26. How many? 47
            L2-8770dcce7f71f5db Ann has 4 nuts, wins 3, buys 35. How many? 42
            L3-63f21ea6ad4a3940 45-4+40+1 82
            L4-f6904c54359109f9 Gus has 9 coins, buys 3 packs of 2, gets 5, sells 17, loses 1, gets 46. How many? 48
            """,
            text);
    }

    [Fact]
    public void Fewer_problems_are_the_beginning_of_more() =>
        Assert.Equal(EmbeddedProblems.Problems(Split.Test, 4, 9), EmbeddedProblems.Problems(Split.Test, 32, 9).Take(16));

    [Fact]
    public void Levels_take_turns_and_both_wordings_occur()
    {
        var problems = EmbeddedProblems.Problems(Split.Selection, 128, 0);
        Assert.Equal(Enumerable.Range(0, 512).Select(i => (int?)(i % 4 + 1)), problems.Select(problem => problem.Level));
        Assert.InRange(problems.Count(problem => problem.Text.EndsWith('?')), 190, 322);    // 256 ± 5.8 standard deviations
        Assert.Equal(512, problems.Select(problem => problem.Id).Distinct().Count());
    }

    [Fact]
    public void Every_step_has_its_own_problems_of_the_training_split_in_equal_shares()
    {
        var first = EmbeddedProblems.TrainingBatch(0, 16, 42);
        Assert.Equal(first, EmbeddedProblems.TrainingBatch(0, 16, 42));
        Assert.NotEqual(first, EmbeddedProblems.TrainingBatch(1, 16, 42));
        Assert.NotEqual(first, EmbeddedProblems.TrainingBatch(0, 16, 43));
        Assert.All(EmbeddedProblems.Levels, level => Assert.Equal(4, first.Count(problem => problem.Level == level)));
        Assert.All(first, problem => Assert.Equal(Split.Training, EmbeddedProblems.SplitOf(Chain(ExpressionOf(problem)))));
    }

    [Fact]
    public void Unequal_shares_and_more_problems_than_exist_are_refused()
    {
        Assert.Throws<ArgumentException>(() => EmbeddedProblems.TrainingBatch(0, 6, 1));
        Assert.Contains("level 1", Assert.Throws<InputException>(() => EmbeddedProblems.Problems(Split.Test, 600, 1)).Message);
    }

    private static int Evaluate(string expression)
    {
        using var table = new DataTable();
        return Convert.ToInt32(table.Compute(expression, null), CultureInfo.InvariantCulture);
    }

    // Reads word problems back by their own grammar, not by the generator's lists.
    private static string ExpressionOf(Problem problem)
    {
        if (!problem.Text.EndsWith('?')) return problem.Text;
        string text = Regex.Replace(problem.Text, @"^\w+ has (\d+) \w+", "$1").Replace(". How many?", "", StringComparison.Ordinal);
        text = Regex.Replace(text, @", (finds|buys|gets|wins) ", "+");
        text = Regex.Replace(text, @", (loses|sells|uses|drops) ", "-");
        return text.Replace(" packs of ", "*", StringComparison.Ordinal);
    }

    private static ArithmeticChain Chain(string expression) => new(0,
        [.. Regex.Matches(expression, @"([+-]?)(\d+)(?:\*(\d+))?").Select(match => new ArithmeticTerm(
            match.Groups[1].Value == "-" ? -1 : 1,
            int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture),
            match.Groups[3].Success ? int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture) : null))]);

    private static ulong Finalise(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
