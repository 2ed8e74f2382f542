using Tilt.Files;

namespace Tilt.Cli.Options;

/// <summary>The file that a command writes from another one: checked before any work.</summary>
internal static class OutputFile
{
    /// <summary>Makes sure that the result can be written and that nothing which the command reads is lost by it.</summary>
    /// <param name="output">The file to write (<c>--out</c>).</param>
    /// <param name="input">The file to read (<c>--input</c>).</param>
    /// <param name="aside">Ending of a file beside the result that holds it while it is made, or null.</param>
    /// <param name="folders">Folders of the model and the adapter; null for none.</param>
    /// <exception cref="InputException">The result cannot be written, or it would replace what is read.</exception>
    public static void Require(string output, string input, string? aside, params IEnumerable<string?> folders)
    {
        if (input.Length == 0) throw new InputException("--input names no file.");
        if (output.Length > 0)
        {
            foreach (string written in (string[])[output, output + ".partial", .. aside is null ? Array.Empty<string>() : [output + aside]])
                if (RealPath.IsSame(written, input)) throw new InputException($"--out '{output}' would overwrite --input '{input}'{(written == output ? "" : $" with '{written}', where the result is made")}. Name another file for the result.");
            foreach (string folder in folders.OfType<string>())
                // The files of a snapshot in the cache are links to elsewhere: the folder that they stand in counts.
                if (File.Exists(output) && RealPath.IsWithin(Path.GetDirectoryName(Path.GetFullPath(output))!, folder) && !output.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
                    throw new InputException($"--out '{output}' would overwrite a file of '{folder}', which the command reads. Name another file for the result.");
        }
        AtomicFile.RequireWritable(output);
    }
}
