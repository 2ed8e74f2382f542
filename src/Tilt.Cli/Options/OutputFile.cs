using Tilt.Files;

namespace Tilt.Cli.Options;

/// <summary>The file that a command writes from another one: begun before any work, and held until it takes its place.</summary>
internal static class OutputFile
{
    /// <summary>
    /// Begins the result, having made sure that it can be written and that nothing which the command reads is lost by it.
    /// </summary>
    /// <param name="output">The file to write (<c>--out</c>).</param>
    /// <param name="input">The file to read.</param>
    /// <param name="option">What names the file to read, for messages.</param>
    /// <param name="folders">Folders of the model and the adapter; null for none.</param>
    /// <exception cref="InputException">The result cannot be written, or it would replace what is read.</exception>
    public static AtomicFile Open(string output, string input, string option, params IEnumerable<string?> folders)
    {
        if (input.Length == 0) throw new InputException($"{option} names no file.");
        if (output.Length > 0) Require(output, output, input, option, folders);
        return AtomicFile.Open(output);
    }

    /// <summary>Like <see cref="Open"/> for a result that is kept in another file while it is made.</summary>
    /// <param name="output">The file to write (<c>--out</c>).</param>
    /// <param name="input">The file to read (<c>--input</c>).</param>
    /// <param name="aside">Ending of the file beside the result that holds it while it is made.</param>
    /// <param name="folders">Folders of the model and the adapter; null for none.</param>
    /// <exception cref="InputException">The result cannot be written, or it would replace what is read.</exception>
    public static void Require(string output, string input, string aside, params IEnumerable<string?> folders)
    {
        if (output.Length > 0 && input.Length > 0) Require(output, output + aside, input, "--input", []);
        Open(output, input, "--input", folders).Dispose();
    }

    private static void Require(string output, string written, string input, string option, IEnumerable<string?> folders)
    {
        if (RealPath.IsSame(written, input))
            throw new InputException($"--out '{output}' would overwrite {option} "
                + $"'{input}'{(written == output ? "" : $" with '{written}', where the result is made")}. Name another file for the "
                + $"result.");
        foreach (string file in folders.OfType<string>().Where(File.Exists))
            if (RealPath.IsSame(written, file) || RealPath.IsSame(output, file))
                throw new InputException(
                    $"--out '{output}' would overwrite '{file}', which the command reads. Name another file for the result.");
        foreach (string folder in folders.OfType<string>())
            // The files of a snapshot in the cache are links to elsewhere: the folder that they stand in counts.
            if (File.Exists(output) && RealPath.IsWithin(Path.GetDirectoryName(Path.GetFullPath(output))!, folder)
                && !output.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
                throw new InputException(
                    $"--out '{output}' would overwrite a file of '{folder}', which the command reads. Name another file for the result.");
    }
}
