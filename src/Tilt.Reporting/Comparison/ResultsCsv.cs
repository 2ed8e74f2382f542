using System.Globalization;
using System.Text;
using Tilt.Files;
using Tilt.Results;

namespace Tilt.Reporting.Comparison;

/// <summary><c>results.csv</c>: one row per method, RFC 4180 with line feeds, full precision, empty where undefined.</summary>
public static class ResultsCsv
{
    /// <summary>Writes the file; it is complete or absent.</summary>
    /// <exception cref="InputException">The path cannot be written to.</exception>
    public static void Write(ComparisonResults results, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.WriteText(path, ToCsv(results));
    }

    /// <summary>The content of the file.</summary>
    public static string ToCsv(ComparisonResults results)
    {
        ArgumentNullException.ThrowIfNull(results);
        int[] passes = Keys(results, t => t.PassAtK?.Keys);
        int[] majorities = Keys(results, t => t.MajAtK?.Keys);
        int[] levels = Keys(results, t => t.ByLevel.Keys);
        StringBuilder csv = new();
        bool header = true;
        foreach (MethodResult method in results.Methods)
        {
            (string Name, string Value)[] cells = [.. Cells(method, passes, majorities, levels)];
            if (header)
                AppendRow(csv, cells.Select(c => c.Name));
            AppendRow(csv, cells.Select(c => c.Value));
            header = false;
        }
        return csv.ToString();
    }

    private static IEnumerable<(string Name, string Value)> Cells(MethodResult method, int[] passes, int[] majorities, int[] levels)
    {
        TestResult test = method.Test;
        return
        [
            ("name", method.Name),
            ("kind", Kind(method.Kind)),
            ("uses_gold", method.UsesGold ? "true" : "false"),
            ("weight_reward", Number(method.Objective?.Reward)),
            ("weight_likelihood", Number(method.Objective?.Likelihood)),
            ("weight_kl", Number(method.Objective?.Kl)),
            ("normalization", method.Objective?.Normalization ?? ""),
            ("fixed_length", method.Objective is { } weights ? weights.FixedLength ? "true" : "false" : ""),
            ("seeds", string.Join(';', method.Seeds.Select(s => s.ToString(CultureInfo.InvariantCulture)))),
            ("accuracy", Number(test.Accuracy)),
            ("accuracy_low", Number(test.Ci[0])),
            ("accuracy_high", Number(test.Ci[1])),
            ("accuracy_per_seed", string.Join(';', test.PerSeed.Select(a => Number(a)))),
            ("accuracy_seed_sd", Number(test.SeedSd)),
            ("difference", Number(test.VersusBase?.Difference)),
            ("difference_low", Number(test.VersusBase?.Ci[0])),
            ("difference_high", Number(test.VersusBase?.Ci[1])),
            ("p_value", Number(test.VersusBase?.PValue)),
            .. passes.Select(k => (Named("pass_at_", k), Number(Figure(test.PassAtK, k)))),
            .. majorities.Select(k => (Named("maj_at_", k), Number(Figure(test.MajAtK, k)))),
            ("mean_length", Number(test.MeanLength)),
            ("entropy", Number(test.Entropy)),
            ("kl", Number(test.Kl)),
            ("unparsable", Number(test.Unparsable)),
            .. levels.Select(level => (Named("accuracy_level_", level), Number(Figure(test.ByLevel, level)))),
            ("best_accuracy", Number(method.Best?.Accuracy)),
            ("best_accuracy_low", Number(method.Best?.Ci[0])),
            ("best_accuracy_high", Number(method.Best?.Ci[1])),
            ("best_steps", string.Join(';', (method.BestSteps ?? []).Select(s => s.ToString(CultureInfo.InvariantCulture)))),
            ("tokens_generated", method.TokensGenerated.ToString(CultureInfo.InvariantCulture)),
            ("tokens_forward", method.TokensForward.ToString(CultureInfo.InvariantCulture)),
            ("seconds", Number(method.Seconds)),
        ];
    }

    private static int[] Keys(ComparisonResults results, Func<TestResult, IEnumerable<int>?> select) =>
        [.. results.Methods.SelectMany(m => select(m.Test) ?? []).Distinct().Order()];

    private static double? Figure(IReadOnlyDictionary<int, double>? figures, int key) =>
        figures is not null && figures.TryGetValue(key, out double value) ? value : null;

    private static string Named(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);

    private static string Number(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";

    private static string Kind(MethodKind kind) => kind switch
    {
        MethodKind.Base => "base",
        MethodKind.Inference => "inference",
        MethodKind.Rl => "rl",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static void AppendRow(StringBuilder csv, IEnumerable<string> cells) =>
        csv.AppendJoin(',', cells.Select(Quoted)).Append('\n');

    private static string Quoted(string cell) =>
        cell.AsSpan().ContainsAny("\",\r\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
