using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>Opens the weights of a model wherever they are.</summary>
public static class ModelWeights
{
    /// <summary>The weights of a model folder, or of a GGUF file as if it were one.</summary>
    /// <param name="model">The folder or file.</param>
    /// <exception cref="InputException">A file is missing or damaged, or holds what cannot be read; the message lists what.</exception>
    public static SafetensorsCheckpoint Open(string model) =>
        File.Exists(model) ? GgufWeights.Open(model).Checkpoint : SafetensorsCheckpoint.Open(model);
}
