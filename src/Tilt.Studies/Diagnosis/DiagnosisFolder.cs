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
    private const int Format = 1;

    /// <summary>A line holds the draws of a prompt from both models.</summary>
    private const int LongestLine = 1 << 30;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HeldFolder _held;
    private readonly SavedSettings _settings;
    private readonly string _draws;
    private bool _bound;

    private DiagnosisFolder(HeldFolder held, SavedSettings settings) =>
        (_held, _settings, _draws) = (held, settings, Path.Combine(held.Path, "draws.jsonl"));

    /// <summary>
    /// Opens a new folder, or one of the same diagnosis to be continued. The first draws that are saved bind it to the settings.
    /// </summary>
    /// <exception cref="InputException">It cannot be written, is in use, or holds a diagnosis with other settings.</exception>
    public static DiagnosisFolder Open(string path, DiagnosisSettings settings)
    {
        HeldFolder held = HeldFolder.Open(path, "--out");
        try
        {
            var saved = new SavedSettings(Path.Combine(held.Path, "settings.json"), Format,
                JsonSerializer.SerializeToNode(settings, Json)!.AsObject());
            saved.Check("a diagnosis", "--out");
            return new DiagnosisFolder(held, saved);
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
        // The last line of a killed process may be cut off: it is drawn again.
        foreach (JsonLineAttempt line in JsonLines.Attempt(_draws, LongestLine))
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
        if (!_bound) _settings.Write();
        _bound = true;
        try
        {
            File.AppendAllText(_draws, string.Concat(lines.Select(ToLine)), new UTF8Encoding(false));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{_draws} cannot be written: {exception.Message} Make room or choose another folder with --out; the "
                + $"same command continues from the draws that are saved.", exception);
        }
    }

    public void Dispose() => _held.Dispose();

    private static string ToLine(DrawsLine line) => JsonSerializer.Serialize(line, Json) + "\n";

    private static DrawsLine? TryParse(JsonLineAttempt line)
    {
        try
        {
            return line.Line?.Root.Deserialize<DrawsLine>(Json) is { Id: not null, Base: not null, Tuned: not null } parsed ? parsed : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
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
