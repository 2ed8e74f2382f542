using System.Text;

namespace Tilt.Reporting;

/// <summary>Files that are complete or absent: written aside in the same folder, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Writes UTF-8 text without a byte-order mark; makes the folder when it is missing.</summary>
    public static void WriteText(string path, string content)
    {
        if (string.IsNullOrWhiteSpace(path) || Path.GetFileName(path).Length == 0 || Directory.Exists(path))
            throw new InputException($"Cannot write \"{path}\": it names no file. Give the path of a file, such as runs/report.html.");
        string full = Path.GetFullPath(path);
        string aside = full + ".partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (FileStream stream = new(aside, FileMode.Create, FileAccess.Write))
            {
                stream.Write(Encoding.UTF8.GetBytes(content));
                stream.Flush(flushToDisk: true);
            }
            File.Move(aside, full, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot write \"{full}\": {e.Message} Choose a folder that exists and can be written to.", e);
        }
    }
}
