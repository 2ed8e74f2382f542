using System.Text;

namespace Tilt.Files;

/// <summary>Reads UTF-8 text files with errors that name the file.</summary>
internal static class TextFile
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The whole text, without a byte-order mark.</summary>
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path, Strict);
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"'{path}' is not valid UTF-8 (near byte {e.Index}).", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The whole text, or null where there is no such file.</summary>
    public static string? ReadIfThere(string path) => File.Exists(path) ? Read(path) : null;
}
