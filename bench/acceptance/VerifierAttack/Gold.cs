using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Tilt.Acceptance.VerifierAttack;

/// <summary>A public problem and its answer.</summary>
/// <param name="Id">Where it stands in its source.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Kind">What the answer is.</param>
/// <param name="Problem">The statement.</param>
/// <param name="Answer">The answer.</param>
internal sealed partial record Gold(string Id, string Source, string Kind, string Problem, string Answer)
{
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web);

    /// <summary>All golds.</summary>
    public static IReadOnlyList<Gold> All { get; } = Load();

    /// <summary>The answer as a plain number, where it is one (with or without a unit); null otherwise.</summary>
    public double? Number { get; } = ReadNumber(Answer);

    /// <summary>The answer as a whole number, where it is nothing else.</summary>
    public int? Count { get; } = int.TryParse(Answer, NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : null;

    private static Gold[] Load()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("golds.jsonl")!;
        using StreamReader reader = new(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<Gold>(line, Names)!)];
    }

    private static double? ReadNumber(string answer)
    {
        string text = Decoration().Replace(answer, "");
        if (Fraction().Match(text) is { Success: true } fraction)
            return (fraction.Groups[1].Value == "-" ? -1 : 1) * Value(fraction.Groups[2].Value) / Value(fraction.Groups[3].Value);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    private static double Value(string digits) => (double)BigInteger.Parse(digits, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\\text\{[^}]*\}|\\mbox\{[^}]*\}|\\[%$!]|\^\{?\\circ\}?|[, $]")]
    private static partial Regex Decoration();

    [GeneratedRegex(@"^(-?)\\[dt]?frac\{?(\d+)\}?\{?(\d+)\}?$")]
    private static partial Regex Fraction();
}
