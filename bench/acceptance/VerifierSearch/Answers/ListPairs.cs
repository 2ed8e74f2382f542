using Tilt.Acceptance.VerifierSearch.Edits;
using Tilt.Acceptance.VerifierSearch.Generation;
using Tilt.Acceptance.VerifierSearch.Oracle;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Answers;

/// <summary>Tuples, sets, bare lists, columns and matrices of numbers.</summary>
internal static class ListPairs
{
    private enum Shape
    {
        Tuple,
        Set,
        Bare,
        Column,
        Matrix,
    }

    public static Pair? Different(Draws draws)
    {
        Shape shape = draws.Pick(Shape.Tuple, Shape.Tuple, Shape.Set, Shape.Bare, Shape.Column, Shape.Matrix);
        Term[] items = Items(draws, shape);
        if (Edited(items, shape, draws) is not var (rule, edited)) return null;
        if (draws.Chance(0.5)) (items, edited) = (edited, items);
        return new(Name(shape), rule, Write(items, shape, Spelling.Plain), Write(edited, shape, new(draws)));
    }

    public static Pair? Equal(Draws draws)
    {
        Shape shape = draws.Pick(Shape.Tuple, Shape.Tuple, Shape.Set, Shape.Bare, Shape.Column, Shape.Matrix);
        Term[] items = Items(draws, shape), other = [.. items];
        string rule = "spelling";
        if (draws.Chance(0.7))
        {
            int place = draws.Below(items.Length);
            if (EqualPairs.Rewritten(items[place], draws) is not var (name, term)) return null;
            (rule, other[place]) = (name, term);
        }

        if (shape is Shape.Set or Shape.Bare && draws.Chance(0.5)) (rule, other) = (rule + " + another order", draws.Shuffle(other));
        string gold = Write(items, shape, Spelling.Plain);
        Spelling spelling = new(draws);
        if (shape == Shape.Bare && draws.Chance(0.3))
            return new(Name(shape), rule + " + and", gold, spelling.Finish(Joined(other, spelling, " \\text{ and } ")));
        return new(Name(shape), rule, gold, Write(other, shape, spelling));
    }

    private static string Name(Shape shape) =>
        shape switch { Shape.Bare => "bare list", Shape.Column => "column", Shape.Matrix => "matrix", Shape.Set => "set", _ => "tuple" };

    // Numbers that are all different, so that a set has as many items as it is written with.
    private static Term[] Items(Draws draws, Shape shape)
    {
        NumberTerms numbers = new(draws);
        List<Term> items = [];
        int count = shape == Shape.Matrix ? 4 : draws.Pick(2, 2, 2, 3, 3, 4);
        while (items.Count < count)
        {
            Term item = draws.Below(6) switch
            {
                0 => numbers.Surd(),
                1 => numbers.Fraction(),
                2 => numbers.Rational(),
                3 => draws.Size(12),
                _ => draws.Between(-20, 20)
            };
            // Nothing is apart from an item without a value, such as a quotient by zero.
            if (Apart(item, item + Term.Number(1), draws) && items.All(other => Apart(other, item, draws))) items.Add(item);
        }

        return [.. items];
    }

    private static bool Apart(Term first, Term second, Draws draws) =>
        Comparison.Of(first, second, draws, Effort.Proof) == Finding.Different;

    private static (string, Term[])? Edited(Term[] items, Shape shape, Draws draws)
    {
        bool ordered = shape is Shape.Tuple or Shape.Column or Shape.Matrix;
        int place = draws.Below(items.Length);
        if (ordered && draws.Chance(0.3))
        {
            int other = (place + 1) % items.Length;
            Term[] swapped = [.. items];
            (swapped[place], swapped[other]) = (swapped[other], swapped[place]);
            return ("items swapped", swapped);
        }

        if (items.Length > 2 && shape != Shape.Matrix && draws.Chance(0.2))
            return ("item dropped", [.. items[..place], .. items[(place + 1)..]]);
        if (TermEdit.Make(items[place], draws) is not var (rule, edited) || !Proven(items, place, edited, ordered, draws)) return null;
        return (rule, [.. items[..place], edited, .. items[(place + 1)..]]);
    }

    // In a set the old item must be missing afterwards, whatever place the new one has.
    private static bool Proven(Term[] items, int place, Term edited, bool ordered, Draws draws) =>
        edited.Letters().Count == 0 && Apart(items[place], edited, draws)
        && (ordered || items.Where((_, i) => i != place).All(item => Apart(item, edited, draws)));

    private static string Write(Term[] items, Shape shape, Spelling spelling) => spelling.Finish(shape switch
    {
        Shape.Bare => Joined(items, spelling, Separator(spelling)),
        Shape.Set => spelling.Bracket("\\{", Joined(items, spelling, Separator(spelling)), "\\}"),
        Shape.Column => Matrix(string.Join(" \\\\ ", Texts(items, spelling)), spelling),
        Shape.Matrix =>
            Matrix($"{Text(items[0], spelling)} & {Text(items[1], spelling)} \\\\ {Text(items[2], spelling)} & {Text(items[3], spelling)}",
                spelling),
        _ => spelling.Bracket("(", Joined(items, spelling, Separator(spelling)), ")"),
    });

    private static string Matrix(string cells, Spelling spelling) => spelling.Takes(Habit.Delimiters)
        ? $"\\left({Spelling.Gap}\\begin{{array}}{{{(cells.Contains('&', StringComparison.Ordinal) ? "cc" : "c")}}}{cells}"
            + $"\\end{{array}}\\right)"
        : spelling.Pick(Habit.Names, "\\begin{pmatrix} # \\end{pmatrix}", "\\begin{bmatrix} # \\end{bmatrix}")
            .Replace("#", cells, StringComparison.Ordinal);

    // Never without a space: "1,234" would be one number.
    private static string Separator(Spelling spelling) => spelling.Pick(Habit.Spaces, ", ", ",\\ ", ",~", ",\\quad ", ",  ");

    private static string Joined(Term[] items, Spelling spelling, string separator) => string.Join(separator, Texts(items, spelling));

    private static IEnumerable<string> Texts(Term[] items, Spelling spelling) => items.Select(item => Text(item, spelling));

    private static string Text(Term item, Spelling spelling) => new TermWriter(spelling).Text(item);
}
