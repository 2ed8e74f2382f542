using Tilt.Files;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.GgufModels;

namespace Tilt.HuggingFace.Gguf;

/// <summary>Where a GGUF file may be written.</summary>
internal static class GgufTarget
{
    /// <summary>Checks a place before any work.</summary>
    /// <exception cref="InputException">Something else is there, or a GGUF file that is not to be replaced.</exception>
    public static void Check(string path, bool overwrite, string modelFolder)
    {
        string full = ExportTarget.Full(path);
        if (Directory.Exists(full) || Path.EndsInDirectorySeparator(path))
            throw new InputException($"The target '{path}' is a folder; GGUF is one file. Name one, such as "
                + $"'{Path.Combine(path, ModelName.Of(modelFolder) + ".gguf")}'.");
        if (!File.Exists(full)) return;
        if (RealPath.IsSame(full, modelFolder)) throw new InputException($"The target '{path}' is the model itself. Name another file.");
        if (!GgufFile.Is(full))
            throw new InputException($"The target '{path}' is there already and no GGUF file, so it is not replaced. Name another file.");
        if (!overwrite)
            throw new InputException($"The target '{path}' is there already. Name another file, or replace it with --overwrite.");
    }
}
