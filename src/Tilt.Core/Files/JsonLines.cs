using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Tilt.Files;

/// <summary>
/// Reads JSON Lines: one object a line, in UTF-8. Nothing is guessed: broken bytes, a key twice, a line that is cut off or too long are
/// errors that name file and line. Empty lines are passed over.
/// </summary>
public static class JsonLines
{
    /// <summary>Bytes of the longest line that is read unless more are allowed: sixteen mebibytes.</summary>
    public const int LongestLine = 16 << 20;

    private const int ChunkBytes = 1 << 16;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The lines of a file, read as they are asked for.</summary>
    /// <param name="path">The file; a pipe will do.</param>
    /// <param name="longest">Most bytes of a line.</param>
    /// <exception cref="InputException">The file cannot be read, or a line is no JSON object.</exception>
    public static IEnumerable<JsonLine> Read(string path, int longest = LongestLine) =>
        Attempt(path, longest).Select(line => line.Line ?? throw line.Problem!);

    /// <summary>Like <see cref="Read"/>, for files in which one wrong line does not make the others worthless.</summary>
    /// <param name="path">The file; a pipe will do.</param>
    /// <param name="longest">Most bytes of a line.</param>
    /// <exception cref="InputException">The file cannot be read, or a line is too long.</exception>
    public static IEnumerable<JsonLineAttempt> Attempt(string path, int longest = LongestLine)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Lines(path, longest).Select(line => Parse(path, line));
    }

    /// <summary>An error on a line.</summary>
    internal static InputException Error(string path, int number, string what, Exception? inner = null)
    {
        string message = $"'{path}', line {number}: {what}";
        return inner is null ? new(message) : new(message, inner);
    }

    private static IEnumerable<RawLine> Lines(string path, int longest)
    {
        using FileStream stream = Open(path);
        var buffer = new byte[ChunkBytes];
        int number = 1, begin = 0, end = 0, searched = 0;
        while (true)
        {
            int newline = buffer.AsSpan(searched..end).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                var line = new RawLine(number++, buffer.AsMemory(begin..(searched + newline)), Ended: true);
                begin = searched = searched + newline + 1;
                if (!line.IsBlank) yield return line;
                continue;
            }
            if (end - begin > longest)
                throw Error(path, number,
                    $"the line has more than {longest} bytes, the most that are read of one. Is this JSON Lines, one object on each line?");
            if (begin > 0) buffer.AsSpan(begin..end).CopyTo(buffer);
            (searched, end, begin) = (end - begin, end - begin, 0);
            if (end == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
            int read = Next(stream, buffer.AsSpan(end), path, number);
            if (read == 0) break;
            end += read;
        }
        var last = new RawLine(number, buffer.AsMemory(begin..end), Ended: false);
        if (!last.IsBlank) yield return last;
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    private static int Next(FileStream stream, Span<byte> buffer, string path, int number)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be read at line {number}: {e.Message}", e);
        }
    }

    private static JsonLineAttempt Parse(string path, RawLine line)
    {
        try
        {
            ReadOnlyMemory<byte> bytes = line.Text;
            if (!Utf8.IsValid(bytes.Span))
                return Wrong($"byte {FirstBroken(bytes.Span) + 1} of the line is no valid UTF-8. Save the file as UTF-8.");
            using JsonDocument document = JsonDocument.Parse(bytes, Strict);
            JsonElement root = document.RootElement.Clone();
            return root.ValueKind == JsonValueKind.Object
                ? new(line.Number, new JsonLine(path, line.Number, root), null)
                : Wrong($"a JSON object is needed, not {JsonLine.Shorten(root)}.");
        }
        catch (JsonException e) when (!line.Ended)
        {
            return Wrong($"the file ends in the middle of this line, which is not valid JSON so far: {e.Message} The file may have been "
                + $"cut off; make it again, or remove the line.", e);
        }
        catch (JsonException e)
        {
            return Wrong($"the line is not valid "
                + $"JSON{(e.BytePositionInLine is { } position ? $" (byte {position + 1})" : "")}: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            return Wrong("a key holds half of a surrogate pair, which is no Unicode.", e);
        }

        JsonLineAttempt Wrong(string what, Exception? inner = null) => new(line.Number, null, Error(path, line.Number, what, inner));
    }

    private static int FirstBroken(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }

    /// <summary>The bytes of a line; good until the next one is asked for.</summary>
    private readonly record struct RawLine(int Number, ReadOnlyMemory<byte> Bytes, bool Ended)
    {
        /// <summary>Without the byte-order mark that editors on Windows put in front.</summary>
        public ReadOnlyMemory<byte> Text => Number == 1 && Bytes.Span.StartsWith("\uFEFF"u8) ? Bytes[3..] : Bytes;

        public bool IsBlank => !Text.Span.ContainsAnyExcept(" \t\r"u8);
    }
}

/// <summary>What a line of a file turned out to be: an object, or wrong.</summary>
/// <param name="Number">The line, from 1.</param>
/// <param name="Line">The object; null when the line is wrong.</param>
/// <param name="Problem">What is wrong; null when nothing is.</param>
public readonly record struct JsonLineAttempt(int Number, JsonLine? Line, InputException? Problem);
