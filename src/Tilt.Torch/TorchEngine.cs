using Tilt.HuggingFace.Architecture;
using Tilt.Torch.CpuEngine;
using Tilt.Torch.Decoding;
using Tilt.Torch.DeviceEngine;
using Tilt.Torch.Tensors;

namespace Tilt.Torch;

/// <summary>A snapshot of the weights with its decoder, shared by the model and the states it made; freed with the last of them.</summary>
internal sealed class TorchEngine
{
    private readonly TorchEngine? _lender;
    private int _users = 1;

    /// <param name="decoder">Owned.</param>
    public TorchEngine(IDecoder decoder) => Decoder = decoder;

    private TorchEngine(TorchEngine lender) => (this._lender, Decoder) = (lender.Acquire(), lender.Decoder.WithoutAdapter());

    public IDecoder Decoder { get; }

    /// <summary>
    /// The decoder for the source's device: kernels in CPU memory where they know the model's features, else libtorch's operations.
    /// </summary>
    /// <exception cref="InputException">The model has features that the decoder does not know; the message names them.</exception>
    public static IDecoder DecoderOf(IWeightSource source, ComputePrecision precision, WeightStorage storage)
    {
        bool cpu = source.Device.type == TorchSharp.DeviceType.CPU;
        if (cpu && storage == WeightStorage.Packed)
            CpuDecoder.Features.Require(source.Configuration, "The engine with packed weights", "Ask for mapped weights.");
        if (cpu && CpuDecoder.Features.Cover(source.Configuration)) return CpuDecoder.Create(new CpuWeights(source, precision, storage));
        TorchDecoder.Features.Require(source.Configuration, "The libtorch engine", "No engine generates with such models.");
        return new TorchDecoder(new TorchWeights(source, precision));
    }

    /// <summary>An engine with the same weights and no adapter; the weights are freed with the last that uses them.</summary>
    public TorchEngine WithoutAdapter() => new(this);

    public TorchEngine Acquire()
    {
        _users++;
        return this;
    }

    public void Release()
    {
        if (--_users > 0) return;
        Decoder.Dispose();
        _lender?.Release();
    }
}
