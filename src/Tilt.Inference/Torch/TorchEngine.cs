using Tilt.Models;

namespace Tilt.Inference;

/// <summary>A snapshot of the weights with its decoder, shared by the model and the states it made; freed with the last of them.</summary>
internal sealed class TorchEngine
{
    private readonly IDisposable? source;
    private int users = 1;

    /// <param name="decoder">Owned.</param>
    /// <param name="source">What the decoder's weights stay in, freed after it; or null.</param>
    public TorchEngine(IDecoder decoder, IDisposable? source = null) => (Decoder, this.source) = (decoder, source);

    public IDecoder Decoder { get; }

    /// <summary>The decoder for the source's device: kernels in CPU memory, libtorch's operations elsewhere.</summary>
    public static IDecoder DecoderOf(IWeightSource source, ComputePrecision precision, WeightStorage storage) =>
        source.Device.type == TorchSharp.DeviceType.CPU
            ? CpuDecoder.Create(new CpuWeights(source, precision, storage))
            : new TorchDecoder(new TorchWeights(source, precision));

    public TorchEngine Acquire()
    {
        users++;
        return this;
    }

    public void Release()
    {
        if (--users > 0) return;
        Decoder.Dispose();
        source?.Dispose();
    }
}
