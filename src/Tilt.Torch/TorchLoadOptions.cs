using Tilt.HuggingFace.Adapters;
using Tilt.Torch.Decoding;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch;

/// <summary>How <see cref="TorchLanguageModel.Load"/> loads a model folder.</summary>
public sealed record TorchLoadOptions
{
    /// <summary>
    /// Precision of the products and of cached keys and values. Float32, the default, computes in float32 from weights of any type,
    /// which bfloat16 files serve without being widened in memory. BFloat16 rounds float32 files once, halves the cache, and rounds
    /// the products of many rows.
    /// </summary>
    public ComputePrecision Precision { get; init; } = ComputePrecision.Float32;

    /// <summary>How the matrices are kept in CPU memory. Default: mapped.</summary>
    public WeightStorage Storage { get; init; } = WeightStorage.Mapped;

    /// <summary>
    /// Maps all pages while loading, default true: the first tokens are then as fast as the later ones. Otherwise pages are mapped
    /// as they are read.
    /// </summary>
    public bool Prefetch { get; init; } = true;

    /// <summary>A low-rank adapter, applied beside the weights without changing them; null for none.</summary>
    public LoraAdapter? Adapter { get; init; }

    /// <summary>Where to compute. Default: the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>Whether this machine computes with packed weights: bfloat16 on the CPU.</summary>
    public static bool CanPack => Native.PackedProduct.IsAvailable;
}
