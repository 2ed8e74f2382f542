using Tilt.Models;

namespace Tilt.Inference;

/// <summary>A snapshot of the weights with its decoder, shared by the model and the states it made; freed with the last of them.</summary>
internal sealed class TorchEngine
{
    private int users = 1;

    public TorchEngine(Transformer model, ComputePrecision precision)
    {
        Weights = new TorchWeights(model, precision);
        Decoder = new TorchDecoder(Weights);
    }

    public TorchWeights Weights { get; }

    public TorchDecoder Decoder { get; }

    public TorchEngine Acquire()
    {
        users++;
        return this;
    }

    public void Release()
    {
        if (--users > 0) return;
        Decoder.Dispose();
        Weights.Dispose();
    }
}
