using System.Globalization;
using System.Text.Json;
using Tilt.Rollouts;
using Tilt.Verification;

namespace Tilt.Studies.Diagnosis;

/// <summary>Problems of a JSON Lines file: <c>problem</c> (text), and, on every line or none, <c>answer</c>; <c>id</c> where there is one.</summary>
internal static class ProblemLines
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">At most this many problems; null means all.</param>
    /// <param name="gold">Whether the problems have answers.</param>
    /// <exception cref="InputException">The file is missing or empty, a line is wrong, only some lines have answers, or an answer cannot be read.</exception>
    public static IReadOnlyList<Problem> Read(string path, int? limit, out bool gold)
    {
        if (!File.Exists(path)) throw new InputException($"The prompt file '{Path.GetFullPath(path)}' does not exist. Give a JSON Lines file, or embedded:selection for the embedded task.");
        var problems = new List<Problem>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var verifier = new Verifier();
        bool? answers = null;
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line)) continue;
            string where = $"{path}, line {number}";
            (string id, string text, string? answer) = Parse(line, number, where);
            if (answers is { } before && before != answer is not null)
                throw new InputException($"{where} {(before ? "has no 'answer' while the lines before it have one" : "has an 'answer' while the lines before it have none")}. Give answers on every line, or on none to leave the reward out.");
            answers = answer is not null;
            if (!seen.TryAdd(id, number)) throw new InputException($"{where} has the id '{id}' of line {seen[id]}; ids must differ.");
            if (answer is not null && verifier.Verify(answer, answer).Status == VerdictStatus.UnparsableGold)
                throw new InputException($"{where}: the answer '{answer}' of problem '{id}' cannot be read as an answer. Correct it or leave the problem out.");
            problems.Add(new Problem(id, text, answer ?? ""));
            if (problems.Count == limit) break;
        }
        gold = answers ?? false;
        return problems.Count > 0 ? problems : throw new InputException($"{path} holds no problems.");
    }

    private static (string Id, string Text, string? Answer) Parse(string line, int number, string where)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new InputException($"{where} is not a JSON object.");
            string text = Text(document.RootElement, "problem", where) ?? throw new InputException($"{where} has no 'problem'.");
            return (Text(document.RootElement, "id", where) ?? number.ToString(CultureInfo.InvariantCulture), text, Text(document.RootElement, "answer", where));
        }
        catch (JsonException exception)
        {
            throw new InputException($"{where} is not JSON: {exception.Message}", exception);
        }
    }

    private static string? Text(JsonElement root, string key, string where)
    {
        if (!root.TryGetProperty(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => throw new InputException($"{where}: '{key}' must be text."),
        };
    }
}
