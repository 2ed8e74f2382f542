using Tilt.Acceptance.VerifierSearch.Generation;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Answers;

/// <summary>Values with the names of their letters.</summary>
internal static class NamePairs
{
    public static Pair? Different(Draws draws)
    {
        (string a, string b) = Letters(draws);
        int first = draws.Between(-20, 40), second = first + draws.Between(1, 20);
        string pair = $"{a}={first}, {b}={second}", other = $"{a}={second}, {b}={first}";
        return draws.Below(9) switch
        {
            0 => new("named value", "another letter", $"{a}={first}", $"{b}={first}"),
            1 => new("named value", "value", $"{a}={first}", $"{a}={second}"),
            2 => new("named value", "relation", $"{a}={first}", $"{a}{draws.Pick("<", ">", "\\le ", "\\ge ", "\\ne ")}{first}"),
            3 => new("named values", "values exchanged", pair, other),
            4 => new("named values", "letters exchanged", pair, $"{b}={first}, {a}={second}"),
            5 => new("named values", "one dropped", pair, $"{a}={first}"),
            6 => new("pair", "letters in alphabetical order exchanged", $"({first},{second})",
                $"{Max(a, b)}={first}, {Min(a, b)}={second}"),
            7 => new("named value", "product of letters named", $"{a}={first}", $"{a}{b}={first}"),
            _ => new("named value", "chain that contradicts itself", $"{a}={first}",
                draws.Pick($"{a}={second}={first}", $"{a}={first}={second}", $"{first}={second}")),
        };
    }

    public static Pair? Equal(Draws draws)
    {
        (string a, string b) = Letters(draws);
        int first = draws.Between(-20, 40), second = first + draws.Between(1, 20);
        Term value = new NumberTerms(draws).Surd();
        string pair = $"{a}={first}, {b}={second}";
        return draws.Below(6) switch
        {
            0 => new("named value", "name dropped", $"{a}={first}", $"{first}"),
            1 => new("value", "name added", TermWriter.Write(value, Spelling.Plain), $"{a} = {TermWriter.Write(value, new(draws))}"),
            2 => new("named values", "another order", pair, $"{b}={second},\\ {a}={first}"),
            3 => new("named values", "and", pair, $"{a}={first} \\text{{ and }} {b}={second}"),
            4 => new("pair", "letters in alphabetical order", $"({first},{second})", $"{Min(a, b)}={first}, {Max(a, b)}={second}"),
            _ => new("pair", "names as a tuple", $"({first},{second})", $"({Min(a, b)},{Max(a, b)})=({first},{second})"),
        };
    }

    private static (string, string) Letters(Draws draws) =>
        draws.Pick(("x", "y"), ("a", "b"), ("y", "x"), ("m", "n"), ("p", "q"), ("b", "a"), ("r", "s"));

    private static string Min(string a, string b) => string.CompareOrdinal(a, b) < 0 ? a : b;

    private static string Max(string a, string b) => string.CompareOrdinal(a, b) < 0 ? b : a;
}
