using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.Files;
using Tilt.Verification;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt verify</c>: judges one answer, or a file of cases.</summary>
internal static class VerifyCommand
{
    /// <summary>Bytes of the longest case; hostile ones are long on purpose.</summary>
    private const int LongestLine = 64 << 20;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var gold = new Option<string?>("--gold") { Description = "The gold answer." };
        var prediction = new Option<string?>("--prediction") { Description = "The answer, or a response that contains one." };
        var cases = new Option<FileInfo?>("--cases")
        {
            Description = "JSON Lines of cases: gold, prediction[, expected, kind, contested], or gold_parts and prediction_parts."
        };
        var output = new Option<FileInfo?>("--out") { Description = "Where to write one line a case; default: standard output." };
        var boxes = new Option<BoxSelection>("--boxes")
        {
            Description = "Which boxes of a response count: last or all.",
            DefaultValueFactory = _ => BoxSelection.Last
        };
        var form = new Option<AnswerForm>("--form")
        {
            Description = "Which forms of a right value count: any, or evaluated ones alone where the gold is a number.",
            DefaultValueFactory = _ => AnswerForm.Any
        };
        var command = new Command("verify", "Judge answers to mathematical problems.") { gold, prediction, cases, output, boxes, form };
        command.SetAction(result =>
        {
            var verifier = new Verifier(new VerifierOptions { Boxes = result.GetValue(boxes), Form = result.GetValue(form) });
            if (result.GetValue(cases) is { } file) return RunCases(verifier, file, result.GetValue(output));
            if (result.GetValue(gold) is { } one && result.GetValue(prediction) is { } other) return RunOne(verifier, one, other);
            throw new InputException("`tilt verify` needs either --gold and --prediction, or --cases FILE.");
        });
        return command;
    }

    private static int RunOne(Verifier verifier, string gold, string prediction)
    {
        Verdict verdict = verifier.Verify(gold, prediction);
        Console.WriteLine($"{verdict.Status}: {verdict.Reason}");
        Console.WriteLine($"extracted   {verdict.Extracted ?? "(nothing)"} ({verdict.Rule})");
        Console.WriteLine($"gold        {verdict.GoldCanonical ?? "(none)"}");
        Console.WriteLine($"prediction  {verdict.PredictionCanonical ?? "(none)"}");
        return 0;
    }

    private static int RunCases(Verifier verifier, FileInfo file, FileInfo? output)
    {
        if (output is null)
        {
            Judge(verifier, file.FullName, Console.Out);
            return ExitCode.Done;
        }
        using AtomicFile result = OutputFile.Open(output.FullName, file.FullName, "--cases");
        result.Write(stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
            Judge(verifier, file.FullName, writer);
        });
        return ExitCode.Done;
    }

    private static void Judge(Verifier verifier, string path, TextWriter writer)
    {
        var tally = new VerificationTally();
        foreach (JsonLineAttempt line in WarmedUp(verifier, JsonLines.Attempt(path, LongestLine)))
        {
            string error = line.Problem?.Message ?? "";
            if (line.Line is { } whole && VerificationCase.TryParse(whole, out VerificationCase parsed, out error))
            {
                long start = Stopwatch.GetTimestamp();
                Verdict verdict = verifier.Verify(parsed.Gold, parsed.Prediction);
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                tally.Add(parsed, verdict, elapsed, line.Number);
                writer.WriteLine(ToJson(verdict, elapsed));
            }
            else
            {
                tally.Malformed++;
                Console.Error.WriteLine(error);
                writer.WriteLine(JsonSerializer.Serialize(
                    new Dictionary<string, object?>(StringComparer.Ordinal)
                    {
                        ["verdict"] = false,
                        ["status"] = "MalformedCase",
                        ["reason"] = error
                    }));
            }
        }
        writer.Flush();
        Console.Error.WriteLine(tally.Summary());
    }

    /// <summary>
    /// Judges the first cases before the clock starts, so that the times are those of compiled code; every line is read once, as a pipe can
    /// be.
    /// </summary>
    private static IEnumerable<JsonLineAttempt> WarmedUp(Verifier verifier, IEnumerable<JsonLineAttempt> lines)
    {
        const int Cases = 1_000;
        const int LongestText = 10_000;
        const int Rounds = 4;
        using IEnumerator<JsonLineAttempt> all = lines.GetEnumerator();
        var first = new List<JsonLineAttempt>();
        while (first.Count < Cases && all.MoveNext()) first.Add(all.Current);
        var cases = new List<VerificationCase>();
        foreach (JsonLineAttempt line in first)
        {
            if (line.Line is { } whole && VerificationCase.TryParse(whole, out VerificationCase parsed, out _)
                && parsed.Gold.Length + parsed.Prediction.Length <= LongestText)
                cases.Add(parsed);
        }
        for (int round = 0; round < Rounds; round++)
        {
            foreach (VerificationCase item in cases) verifier.Verify(item.Gold, item.Prediction);
        }
        foreach (JsonLineAttempt line in first) yield return line;
        while (all.MoveNext()) yield return all.Current;
    }

    private static string ToJson(Verdict verdict, TimeSpan elapsed)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteBoolean("verdict", verdict.IsCorrect);
            json.WriteString("status", verdict.Status.ToString());
            json.WriteString("reason", verdict.Reason);
            json.WriteString("extracted", Shorten(verdict.Extracted));
            json.WriteString("rule", verdict.Rule.ToString());
            json.WriteString("gold_canonical", Shorten(verdict.GoldCanonical));
            json.WriteString("prediction_canonical", Shorten(verdict.PredictionCanonical));
            json.WriteNumber("microseconds", Math.Round(elapsed.TotalMicroseconds, 1));
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Long texts are cut, and what is no Unicode is replaced, so that every line stays readable JSON.</summary>
    private static string? Shorten(string? text)
    {
        const int Longest = 2_000;
        if (text is null) return null;
        if (text.Length > Longest)
            text = string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, Longest)}… ({text.Length} characters)");
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }
}
