using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tilt.Files;

namespace Tilt.Studies.Evaluation;

/// <summary>
/// The outputs of one method while they are made: <c>samples/METHOD.jsonl</c>, one output a line, and beside it
/// <c>samples/METHOD.progress.jsonl</c>, one line a portion with its cost and where it ends. Whole portions survive a kill.
/// </summary>
internal sealed class SampleFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        RespectRequiredConstructorParameters = true,
    };

    private readonly string _samples, _progress;
    private readonly List<SamplePortion> _portions = [];
    private readonly List<EvaluatedOutput> _outputs = [];

    /// <summary>Takes up what is there: whole portions, one after the other from the first problem.</summary>
    /// <param name="folder">Folder of the evaluation.</param>
    /// <param name="method">The method's name.</param>
    /// <exception cref="InputException">The files cannot be read or written.</exception>
    public SampleFile(string folder, string method)
    {
        _samples = Path.Combine(folder, "samples", method + ".jsonl");
        _progress = Path.Combine(folder, "samples", method + ".progress.jsonl");
        Directory.CreateDirectory(Path.GetDirectoryName(_samples)!);
        if (!File.Exists(_samples) || !File.Exists(_progress)) return;
        long bytes = new FileInfo(_samples).Length;
        foreach (JsonLineAttempt line in JsonLines.Attempt(_progress))
        {
            if (line.Line?.Root.Deserialize<SamplePortion>(Json) is not { } portion || portion.End > bytes || portion.First != Problems)
                break;
            _portions.Add(portion);
        }

        using (FileStream stream = File.Open(_samples, FileMode.Open)) stream.SetLength(_portions.Count == 0 ? 0 : _portions[^1].End);
        AtomicFile.WriteText(_progress, string.Concat(_portions.Select(p => JsonSerializer.Serialize(p, Json) + "\n")));
        _outputs.AddRange(JsonLines.Read(_samples).Select(Parse));
    }

    /// <summary>Problems whose outputs are there, from the first on.</summary>
    public int Problems => _portions.Sum(p => p.Problems);

    /// <summary>The outputs that are there.</summary>
    public IReadOnlyList<EvaluatedOutput> Outputs => _outputs;

    /// <summary>What they cost.</summary>
    public (long Generated, long Forward) Cost => (_portions.Sum(p => p.TokensGenerated), _portions.Sum(p => p.TokensForward));

    /// <summary>Seconds that they took.</summary>
    public double Seconds => _portions.Sum(p => p.Seconds);

    /// <summary>Adds the outputs of the next problems.</summary>
    /// <exception cref="InputException">The disk is full or a file cannot be written.</exception>
    public void Append(int problems, IReadOnlyList<EvaluatedOutput> outputs, long generated, long forward, double seconds)
    {
        try
        {
            File.AppendAllText(_samples, string.Concat(outputs.Select(o => JsonSerializer.Serialize(o, Json) + "\n")));
            var portion = new SamplePortion(Problems, problems, generated, forward, Math.Round(seconds, 3), new FileInfo(_samples).Length);
            File.AppendAllText(_progress, JsonSerializer.Serialize(portion, Json) + "\n");
            _portions.Add(portion);
            _outputs.AddRange(outputs);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"'{_samples}' cannot be written: {e.Message} Make room; the same command goes on from the problems that are done.", e);
        }
    }

    /// <summary>The outputs of a method, read as they are asked for; the file stays as it is. None where there is no file.</summary>
    /// <param name="folder">Folder of the evaluation.</param>
    /// <param name="method">The method's name.</param>
    /// <exception cref="InputException">A line is no output of an evaluation.</exception>
    public static IEnumerable<EvaluatedOutput> Read(string folder, string method)
    {
        string path = Path.Combine(folder, "samples", method + ".jsonl");
        return File.Exists(path) ? JsonLines.Read(path).Select(Parse) : [];
    }

    private static EvaluatedOutput Parse(JsonLine line)
    {
        try
        {
            return line.Root.Deserialize<EvaluatedOutput>(Json)!;
        }
        catch (JsonException e)
        {
            throw line.Error($"this is no output of an evaluation ({e.Message}). Remove the file; the method is then evaluated again.", e);
        }
    }

    /// <summary>A line of the progress file.</summary>
    private sealed record SamplePortion(int First, int Problems, long TokensGenerated, long TokensForward, double Seconds, long End);
}
