using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.GgufModels;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.Inference.Fused;

/// <summary>Loads a checkpoint folder straight into the fused engine, without libtorch.</summary>
public static class FusedModelLoader
{
    /// <summary>A model with the weights of a Hugging Face folder, widened to float32.</summary>
    /// <param name="folder">Folder with <c>config.json</c> and safetensors files.</param>
    /// <param name="threads">Threads of generation and scoring; results do not depend on it.</param>
    /// <param name="adapter">Folder of a low-rank adapter in PEFT's layout that is merged into the weights, or null.</param>
    /// <exception cref="InputException">A folder or a file in it is missing or damaged, or does not fit its configuration.</exception>
    public static FusedModel Load(string folder, int threads, string? adapter = null)
    {
        ModelConfiguration configuration = ModelConfigurationReader.Read(folder);
        using SafetensorsCheckpoint checkpoint = ModelWeights.Open(folder);
        CheckpointFit.Check(configuration, checkpoint);
        var weights = checkpoint.Names.ToDictionary(name => name, name => checkpoint.FileOf(name).ReadFloats(name), StringComparer.Ordinal);
        if (adapter is not null)
            foreach (LoraLayer layer in LoraAdapter.Load(adapter, configuration).Layers) layer.AddTo(weights[layer.Parameter]);
        return new(configuration, weights, threads);
    }
}
