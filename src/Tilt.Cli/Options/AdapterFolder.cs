using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Hub;

namespace Tilt.Cli.Options;

/// <summary>Finds the folder that is meant where a command takes an adapter: a path, or a repository in the Hugging Face cache.</summary>
internal static class AdapterFolder
{
    /// <summary>The folder that a text names; null for null.</summary>
    /// <exception cref="InputException">There is no such folder; the message says what is needed.</exception>
    public static string? Resolve(string? text)
    {
        try
        {
            string? folder = text is null ? null : ModelFolder.Resolve(text);
            return File.Exists(folder) ? throw new InputException($"'{folder}' is a file.") : folder;
        }
        catch (InputException e)
        {
            throw new InputException($"--adapter: {e.Message} An adapter in PEFT's layout is needed: {LoraAdapter.ConfigurationFile} "
                + $"and {LoraAdapter.WeightFile}.", e);
        }
    }
}
