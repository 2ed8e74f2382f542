using Tilt.HuggingFace.Adapters;
using Tilt.Inference.Vectors;
using Tilt.Torch.CpuEngine;
using Tilt.Torch.Decoding;
using Tilt.Torch.DeviceEngine;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Tests;

/// <summary>Engines over model folders, also those that this machine would not choose by itself.</summary>
internal static class LoadedModels
{
    /// <summary>The engine for other devices, on the CPU.</summary>
    public static TorchLanguageModel OfOperations(string folder, ComputePrecision precision = ComputePrecision.Float32,
        LoraAdapter? adapter = null)
    {
        using var source = new MappedWeights(folder, CPU, adapter);
        return new TorchLanguageModel(new TorchEngine(new TorchDecoder(new TorchWeights(source, precision))), precision);
    }

    /// <summary>The kernels at a given vector width.</summary>
    public static TorchLanguageModel OfWidth(string folder, VectorWidth width, ComputePrecision precision = ComputePrecision.Float32,
        LoraAdapter? adapter = null)
    {
        using var source = new MappedWeights(folder, CPU, adapter);
        return new TorchLanguageModel(new TorchEngine(CpuDecoder.Create(new CpuWeights(source, precision, WeightStorage.Mapped), width)),
            precision);
    }
}
