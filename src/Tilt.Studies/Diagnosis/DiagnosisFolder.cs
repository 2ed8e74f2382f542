using System.Text;
using System.Text.Json;
using Tilt.Files;
using Tilt.TiltFit;

namespace Tilt.Studies.Diagnosis;

/// <summary>
/// The folder of a diagnosis: <c>settings.json</c>, the draws of every prompt in <c>draws.jsonl</c> (written portion by portion, so
/// that nothing drawn is drawn again), and the reports. It is held until disposed.
/// </summary>
internal sealed class DiagnosisFolder : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };
    private static readonly JsonSerializerOptions LineJson = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly FileStream _lock;
    private readonly string _draws;

    private DiagnosisFolder(string path, FileStream held)
    {
        _lock = held;
        _draws = Path.Combine(path, "draws.jsonl");
    }

    /// <summary>Opens a new folder, or one of the same diagnosis to be continued.</summary>
    /// <exception cref="InputException">It cannot be written, is in use, or holds a diagnosis with other settings.</exception>
    public static DiagnosisFolder Open(string path, DiagnosisSettings settings)
    {
        FileStream held = Hold(path);
        try
        {
            string file = Path.Combine(path, "settings.json"), content = JsonSerializer.Serialize(settings, Json) + "\n";
            if (File.Exists(file) && File.ReadAllText(file) is { } before && before != content)
                throw new InputException($"{path} holds a diagnosis with other settings ({string.Join("; ", Changed(before, content))}). Give another folder with --out, or remove this one.");
            AtomicFile.WriteText(file, content);
            return new DiagnosisFolder(path, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>The draws of whole portions done before; what a killed process left of another portion is dropped.</summary>
    /// <param name="ids">Ids of all problems, in order.</param>
    /// <param name="portion">Problems of a portion.</param>
    public List<DrawsLine> Resume(IReadOnlyList<string> ids, int portion)
    {
        var lines = new List<DrawsLine>();
        if (!File.Exists(_draws)) return lines;
        foreach (string line in File.ReadLines(_draws))
        {
            if (lines.Count == ids.Count || TryParse(line) is not { } parsed || parsed.Id != ids[lines.Count]) break;
            lines.Add(parsed);
        }
        if (lines.Count < ids.Count) lines.RemoveRange(lines.Count / portion * portion, lines.Count % portion);
        AtomicFile.WriteText(_draws, string.Concat(lines.Select(ToLine)));
        return lines;
    }

    /// <summary>Appends the draws of a portion.</summary>
    /// <exception cref="InputException">The disk is full or the file cannot be written.</exception>
    public void Append(IEnumerable<DrawsLine> lines)
    {
        try
        {
            File.AppendAllText(_draws, string.Concat(lines.Select(ToLine)), new UTF8Encoding(false));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{_draws} cannot be written: {exception.Message} Make room or choose another folder with --out; the same command continues from the draws that are saved.", exception);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Hold(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            // The operating system lets go when the process dies, however it dies.
            return new FileStream(Path.Combine(path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The folder {path} is in use by another process or cannot be written: {exception.Message} Choose another with --out.", exception);
        }
    }

    private static IEnumerable<string> Changed(string before, string after) =>
        before.Split('\n').Except(after.Split('\n')).Select(line => "there: " + line.Trim().TrimEnd(','));

    private static string ToLine(DrawsLine line) => JsonSerializer.Serialize(line, LineJson) + "\n";

    private static DrawsLine? TryParse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<DrawsLine>(line, LineJson);
        }
        catch (JsonException)
        {
            // The last line of a killed process may be cut off: it is drawn again.
            return null;
        }
    }
}

/// <summary>One line of <c>draws.jsonl</c>.</summary>
/// <param name="Id">The problem's id.</param>
/// <param name="Base">Draws from the base model.</param>
/// <param name="Tuned">Draws from the tuned model.</param>
internal sealed record DrawsLine(string Id, DrawLine[] Base, DrawLine[] Tuned)
{
    public PromptDraws ToDraws() => new(Id, [.. Base.Select(draw => draw.ToDraw())], [.. Tuned.Select(draw => draw.ToDraw())]);
}

/// <summary>One draw of a line.</summary>
/// <param name="LogP">log p in nats.</param>
/// <param name="LogPi">log π in nats.</param>
/// <param name="R">Reward, or null.</param>
/// <param name="T">Tokens.</param>
/// <param name="OverBudget">The reward was not judged within its budget and counts as 0.</param>
internal sealed record DrawLine(double LogP, double LogPi, double? R, int T, bool OverBudget)
{
    public ScoredDraw ToDraw() => new(LogP, LogPi, R, T);
}
