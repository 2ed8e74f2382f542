namespace Tilt.Acceptance.VerifierSearch.Generation;

/// <summary>Names of letters, all but those that mean something else: d, e, i.</summary>
internal static class LetterPool
{
    private static readonly string[] Usual = ["x", "y", "z", "a", "b", "c", "t", "r", "s", "p", "q", "u", "v", "w"];

    private static readonly string[] Counting = ["n", "k", "m"];

    private static readonly string[] Any =
    [
        "l", "o", "f", "g", "h", "A", "B", "C", "D", "F", "G", "H", "J", "K", "L", "M", "O", "P", "Q", "R", "S", "T", "U", "V", "W", "X",
        "Y", "Z",
        "\\theta", "\\alpha", "\\beta", "\\lambda", "\\mu", "\\phi", "\\omega", "\\gamma", "x_1", "x_2", "y_0", "a_1",
    ];

    /// <summary>One to three letters of a kind.</summary>
    public static string[] Draw(Draws draws, int most = 3)
    {
        int count = draws.Pick(1, 1, 1, 1, 2, 2, 3);
        string[] pool = draws.Below(6) switch { 0 => Counting, 1 or 2 => Any, _ => Usual };
        return draws.Shuffle(pool)[..Math.Min(count, Math.Min(most, pool.Length))];
    }
}
