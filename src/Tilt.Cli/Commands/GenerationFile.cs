using System.Text;
using System.Text.Json;
using Tilt.Cli.Options;
using Tilt.Files;

namespace Tilt.Cli.Commands;

/// <summary>
/// The result of <c>tilt generate</c> while it is made: a file beside it whose first line says what is generated and which keeps
/// every portion that is done, so that an interrupted command goes on from there. The result itself is complete or absent.
/// </summary>
internal sealed class GenerationFile : IDisposable
{
    /// <summary>Ending of the file that keeps the portions.</summary>
    public const string Aside = ".unfinished";

    private readonly string _result, _path;
    private readonly FileStream _stream;
    private readonly long _begin;

    private GenerationFile(string result, string path, FileStream stream, long begin, int lines) =>
        (_result, _path, _stream, _begin, Lines) = (result, path, stream, begin, lines);

    /// <summary>Lines kept from an earlier, interrupted run, whole portions of them.</summary>
    public int Lines { get; }

    /// <summary>Starts a result, or goes on with one of the same settings.</summary>
    /// <param name="result">The result's path.</param>
    /// <param name="settings">Everything that the result depends on.</param>
    /// <param name="portion">Lines written at a time.</param>
    /// <exception cref="InputException">The file cannot be written, is in use, or holds another generation.</exception>
    public static GenerationFile Open(string result, GenerationSettings settings, int portion)
    {
        string path = Path.GetFullPath(result) + Aside;
        byte[] header = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(settings) + "\n");
        FileStream? stream = null;
        try
        {
            stream = FileLock.TryHold(path)
                ?? throw new InputException($"'{path}' is in use by another process, which makes the same result. Wait until that has "
                    + $"ended, or choose another --out.");
            (long end, int lines) = Kept(stream, header, portion, path);
            stream.SetLength(end);
            if (end == 0) stream.Write(header);
            stream.Position = stream.Length;
            return new GenerationFile(result, path, stream, header.Length, lines);
        }
        catch (Exception e)
        {
            stream?.Dispose();
            if (e is not (IOException or UnauthorizedAccessException)) throw;
            throw new InputException($"'{path}' cannot be written: {e.Message} Choose another --out.", e);
        }
    }

    /// <summary>Adds a portion's lines.</summary>
    /// <exception cref="InputException">The disk is full or the file cannot be written.</exception>
    public void Append(Action<JsonLineWriter> write)
    {
        try
        {
            using var portion = new MemoryStream();
            write(new JsonLineWriter(portion));
            _stream.Write(portion.GetBuffer(), 0, (int)portion.Length);
            _stream.Flush();
        }
        catch (IOException e)
        {
            throw new InputException(
                $"'{_path}' cannot be written: {e.Message} Make room; the same command goes on from the lines that are there.", e);
        }
    }

    /// <summary>Makes the result of all lines.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Complete()
    {
        _stream.Position = _begin;
        AtomicFile.Write(_result, _stream.CopyTo);
        _stream.Dispose();
        File.Delete(_path);
    }

    /// <summary>Closes the file; what holds no portion is removed.</summary>
    public void Dispose()
    {
        bool empty = _stream.CanRead && _stream.Length == _begin;
        _stream.Dispose();
        if (empty) File.Delete(_path);
    }

    /// <summary>Where the last whole portion ends, and how many lines stand before it.</summary>
    private static (long End, int Lines) Kept(FileStream stream, byte[] header, int portion, string path)
    {
        if (stream.Length == 0) return (0, 0);
        var ends = new List<long> { header.Length };
        byte[] first = new byte[Math.Min(header.Length, stream.Length)];
        stream.ReadExactly(first);
        // A killed process may have left a part of the first line.
        if (header.AsSpan().StartsWith(first) && first.Length < header.Length) return (0, 0);
        if (!first.AsSpan().SequenceEqual(header))
            throw new InputException($"'{path}' holds an unfinished generation with other settings. Remove it, or choose another --out.");
        byte[] buffer = new byte[1 << 16];
        long at = header.Length;
        for (int read; (read = stream.Read(buffer)) > 0; at += read)
            for (int i = 0; i < read; i++)
                if (buffer[i] == (byte)'\n') ends.Add(at + i + 1);
        int lines = (ends.Count - 1) / portion * portion;
        return (ends[lines], lines);
    }
}

/// <summary>Everything that a generation's result depends on.</summary>
internal sealed record GenerationSettings
{
    public required string Model { get; init; }
    public required string Weights { get; init; }
    public required string? Adapter { get; init; }
    public required string Engine { get; init; }
    public required string Precision { get; init; }
    public required string Method { get; init; }
    public required int Samples { get; init; }
    public required int MaxNewTokens { get; init; }
    public required uint Seed { get; init; }
    public required string Prompts { get; init; }
    public required string Version { get; init; }
}
