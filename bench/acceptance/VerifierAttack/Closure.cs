namespace Tilt.Acceptance.VerifierAttack;

/// <summary>
/// Values that numbers can be turned into by the signs and words of <see cref="Vocabulary"/>: a wrong value is chosen so that no way
/// of writing around it makes it the right one.
/// </summary>
internal static class Closure
{
    private const double Tolerance = 1e-9;

    // What units, number words, percent signs and degrees can do.
    private static readonly double[] Factors =
        [2, 3, 4, 7, 10, 12, 16, 24, 36, 60, 100, 1_000, 3_600, 10_000, 1e6, 1.0 / 2, 1.0 / 3, 1.0 / 4, 1.0 / 7, 1.0 / 10, 1.0 / 12,
            1.0 / 16, 1.0 / 24, 1.0 / 60, 0.01, 0.001, 1.0 / 3_600, 1e-6, Math.PI / 180, 180 / Math.PI, Math.PI];

    /// <summary>Up to three wrong values that a right one cannot be made of; candidates are taken in their order.</summary>
    public static string[] WrongValues(double gold, IEnumerable<int> candidates, int count)
    {
        List<int> chosen = [];
        foreach (int candidate in candidates)
        {
            if (chosen.Count == count) break;
            if (candidate > 1 && !Reaches([candidate], gold) && chosen.All(other => !Reaches([candidate, other], gold)))
                chosen.Add(candidate);
        }

        return [.. chosen.Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture))];
    }

    private static bool Reaches(int[] values, double gold)
    {
        double[] first = [.. Changed(values[0])];
        if (values.Length == 1) return first.SelectMany(Changed).Any(value => Is(value, gold));
        double[] goals = [.. Factors.Select(factor => Math.Abs(gold / factor)).Append(Math.Abs(gold)).Order()];
        double[] second = [.. Changed(values[1])];
        foreach (double a in first)
        {
            foreach (double b in second)
            {
                if (HoldsOneOf(goals, a, b)) return true;
            }
        }

        string text = values[0].ToString(System.Globalization.CultureInfo.InvariantCulture),
            other = values[1].ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] written = [text + other, other + text, $"{text}.{other}", $"{other}.{text}"];
        return written.Any(digits =>
            Changed(double.Parse(digits, System.Globalization.CultureInfo.InvariantCulture)).Any(value => Is(value, gold)));
    }

    // Signs do not matter: a value and its negative are both avoided.
    private static bool Is(double value, double gold) =>
        Math.Abs(Math.Abs(value) - Math.Abs(gold)) <= Tolerance * Math.Max(1, Math.Abs(gold));

    private static IEnumerable<double> Changed(double value)
    {
        yield return value;
        foreach (double factor in Factors) yield return value * factor;
        yield return value * value;
        yield return value * value * value;
        yield return Math.Sqrt(Math.Abs(value));
        yield return 1 / value;
        yield return value % 1;
    }

    private static bool HoldsOneOf(double[] goals, double a, double b)
    {
        ReadOnlySpan<double> joined =
            [a + b, a - b, a * b, a / b, b / a, Math.Pow(Math.Abs(a), b), Math.Pow(Math.Abs(b), a), a + 1 / b, b + 1 / a];
        foreach (double value in joined)
        {
            double size = Math.Abs(value);
            int place = Array.BinarySearch(goals, size);
            if (place >= 0 || ~place < goals.Length && Is(goals[~place], size) || ~place > 0 && Is(goals[~place - 1], size)) return true;
        }

        return false;
    }
}
