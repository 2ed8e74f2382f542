using System.Text;

namespace Tilt.Tasks.Embedded;

/// <summary>Draws the problems of the embedded task (docs/embedded-task.md).</summary>
internal static class ChainedArithmetic
{
    /// <summary>Number of levels; they are numbered from 1.</summary>
    public const int LevelCount = 4;

    private const int LargestTotal = 99;
    private const double ProductProbability = 0.3;
    private const double LargeNumberProbability = 0.6;
    private const int LargeNumber = 49, SmallNumber = 9;

    /// <summary>Terms of a chain of the given level.</summary>
    public static int TermCount(int level) =>
        level switch
        {
            1 => 2,
            2 => 3,
            3 => 4,
            4 => 6,
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Levels are 1 to 4.")
        };

    private static int MostProducts(int level) => level switch { 1 => 0, 4 => 2, _ => 1 };

    /// <summary>Draws one chain of the given level.</summary>
    public static ArithmeticChain Draw(int level, RandomCursor random)
    {
        while (true)
            if (TryDraw(level, random) is { } chain) return chain;
    }

    private static ArithmeticChain? TryDraw(int level, RandomCursor random)
    {
        var terms = new ArithmeticTerm[TermCount(level)];
        int total = 0, products = 0;
        for (int i = 0; i < terms.Length; i++)
        {
            bool product = i > 0 && products < MostProducts(level) && random.Chance(ProductProbability);
            var term = product
                ? new ArithmeticTerm(1, random.Between(2, 9), random.Between(2, 9))
                : new ArithmeticTerm(1, DrawNumber(random));
            if (product) products++;
            if (i > 0 && random.Chance(0.5)) term = term with { Sign = -1 };
            if (!InRange(total + term.Value)) term = term with { Sign = -term.Sign };
            if (!InRange(total + term.Value)) return null;
            terms[i] = term;
            total += term.Value;
        }
        return new ArithmeticChain(level, terms);
    }

    private static bool InRange(int total) => total is >= 0 and <= LargestTotal;

    private static int DrawNumber(RandomCursor random) =>
        random.Between(1, random.Chance(LargeNumberProbability) ? LargeNumber : SmallNumber);

    /// <summary>Puts a chain into words or leaves it an expression, with equal probability.</summary>
    public static string DrawSurface(ArithmeticChain chain, RandomCursor random) =>
        random.Chance(0.5) ? chain.Expression : WordProblem(chain, random);

    private static string WordProblem(ArithmeticChain chain, RandomCursor random)
    {
        var text = new StringBuilder();
        text.Append(random.Any(Phrases.Names)).Append(Phrases.Has).Append(chain.Terms[0].First).Append(random.Any(Phrases.Objects));
        foreach (var term in chain.Terms.Skip(1))
        {
            text.Append(Phrases.Comma).Append(random.Any(term.Sign > 0 ? Phrases.PlusVerbs : Phrases.MinusVerbs)).Append(term.First);
            if (term.Second is { } second) text.Append(Phrases.PacksOf).Append(second);
        }
        return text.Append(Phrases.FullStop).Append(Phrases.HowMany).ToString();
    }
}
