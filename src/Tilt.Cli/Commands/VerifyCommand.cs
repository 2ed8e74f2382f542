using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tilt.Verification;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt verify</c>: judges one answer, or a file of cases.</summary>
internal static class VerifyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var gold = new Option<string?>("--gold") { Description = "The gold answer." };
        var prediction = new Option<string?>("--prediction") { Description = "The answer, or a response that contains one." };
        var cases = new Option<FileInfo?>("--cases") { Description = "JSON Lines of cases: gold, prediction[, expected, kind, contested], or gold_parts and prediction_parts." };
        var output = new Option<FileInfo?>("--out") { Description = "Where to write one line a case; default: standard output." };
        var boxes = new Option<BoxSelection>("--boxes") { Description = "Which boxes of a response count: last or all.", DefaultValueFactory = _ => BoxSelection.Last };
        var form = new Option<AnswerForm>("--form") { Description = "Which forms of a right value count: any, or evaluated ones alone where the gold is a number.", DefaultValueFactory = _ => AnswerForm.Any };
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
        if (!file.Exists) throw new InputException($"The case file '{file.FullName}' does not exist.");
        WarmUp(verifier, file);
        var tally = new VerificationTally();
        using var writer = output is null ? Console.Out : new StreamWriter(output.FullName, false, new UTF8Encoding(false));
        int number = 0;
        foreach (string line in File.ReadLines(file.FullName))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (VerificationCase.TryParse(line, out VerificationCase parsed, out string error))
            {
                long start = Stopwatch.GetTimestamp();
                Verdict verdict = verifier.Verify(parsed.Gold, parsed.Prediction);
                TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
                tally.Add(parsed, verdict, elapsed, number);
                writer.WriteLine(ToJson(verdict, elapsed));
            }
            else
            {
                tally.Malformed++;
                Console.Error.WriteLine($"{file.Name}, line {number}: {error}");
                writer.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?> { ["verdict"] = false, ["status"] = "MalformedCase", ["reason"] = error }));
            }
        }
        writer.Flush();
        Console.Error.WriteLine(tally.Summary());
        return 0;
    }

    /// <summary>Judges the first cases before the clock starts, so that the times are those of compiled code.</summary>
    private static void WarmUp(Verifier verifier, FileInfo file)
    {
        const int Cases = 1_000;
        const int LongestLine = 10_000;
        const int Rounds = 4;
        var first = new List<VerificationCase>();
        foreach (string line in File.ReadLines(file.FullName).Take(Cases))
        {
            if (line.Length <= LongestLine && VerificationCase.TryParse(line, out VerificationCase parsed, out _) && parsed.Prediction.Length <= LongestLine) first.Add(parsed);
        }
        for (int round = 0; round < Rounds; round++)
        {
            foreach (VerificationCase item in first) verifier.Verify(item.Gold, item.Prediction);
        }
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
        if (text.Length > Longest) text = string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, Longest)}… ({text.Length} characters)");
        return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }
}
