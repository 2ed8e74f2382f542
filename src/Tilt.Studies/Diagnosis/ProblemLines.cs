using System.Globalization;
using Tilt.Files;
using Tilt.Rollouts;
using Tilt.Verification;

namespace Tilt.Studies.Diagnosis;

/// <summary>
/// Problems of a JSON Lines file: <c>problem</c> (text), and, on every line or none, <c>answer</c>; <c>id</c> where there is one.
/// </summary>
internal static class ProblemLines
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">At most this many problems; null means all.</param>
    /// <param name="gold">Whether the problems have answers.</param>
    /// <exception cref="InputException">The file is missing or empty, a line is wrong, only some lines have answers, or an answer cannot be
    /// read.</exception>
    public static IReadOnlyList<Problem> Read(string path, int? limit, out bool gold)
    {
        if (!File.Exists(path))
            throw new InputException($"The prompt file '{Path.GetFullPath(path)}' does not exist. Give a JSON Lines file, or "
                + $"embedded:selection for the embedded task.");
        var problems = new List<Problem>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var verifier = new Verifier();
        bool? answers = null;
        foreach (JsonLine line in JsonLines.Read(path))
        {
            string text = line.TextOrNumber("problem") ?? throw line.Error("there is no \"problem\".");
            string id = line.TextOrNumber("id") ?? line.Number.ToString(CultureInfo.InvariantCulture);
            string? answer = line.TextOrNumber("answer");
            if (answers is { } before && before != answer is not null)
                throw line.Error((before
                    ? "there is no \"answer\", while the lines before have one"
                    : "there is an \"answer\", while the lines before have none")
                    + ". Give answers on every line, or on none to leave the reward out.");
            answers = answer is not null;
            if (!seen.TryAdd(id, line.Number)) throw line.Error($"the id '{id}' is that of line {seen[id]} as well; ids must differ.");
            if (answer is not null && verifier.Verify(answer, answer).Status == VerdictStatus.UnparsableGold)
                throw line.Error($"the answer '{answer}' of problem '{id}' cannot be read as an answer. Correct it or leave the problem "
                    + $"out.");
            problems.Add(new Problem(id, text, answer ?? ""));
            if (problems.Count == limit) break;
        }
        gold = answers ?? false;
        return problems.Count > 0 ? problems : throw new InputException($"{path} holds no problems.");
    }
}
