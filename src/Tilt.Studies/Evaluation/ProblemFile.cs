using System.Text.Encodings.Web;
using System.Text.Json;
using Tilt.Files;
using Tilt.Rollouts;

namespace Tilt.Studies.Evaluation;

/// <summary>The problems of an evaluation, one a line of <c>problems.jsonl</c> beside its results: a report shows their texts.</summary>
internal static class ProblemFile
{
    private const string Name = "problems.jsonl";

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the problems; the file is complete or absent.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string folder, IEnumerable<Problem> problems) => AtomicFile.WriteText(Path.Combine(folder, Name),
        string.Concat(problems.Select(p => JsonSerializer.Serialize(
            new { id = p.Id, text = p.Text, answer = p.Answer, level = p.Level, subject = p.Subject }, Json) + "\n")));

    /// <summary>Text and gold answer of every problem, by id; none where there is no file.</summary>
    /// <exception cref="InputException">A line is no problem.</exception>
    public static IReadOnlyDictionary<string, (string Text, string Answer)> Read(string folder)
    {
        string path = Path.Combine(folder, Name);
        var problems = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        if (!File.Exists(path)) return problems;
        foreach (JsonLine line in JsonLines.Read(path)) problems[line.Text("id")] = (line.Text("text"), line.Text("answer"));
        return problems;
    }
}
