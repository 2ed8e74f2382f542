using Tilt.Models;
using static TorchSharp.torch;

namespace Tilt.Inference;

/// <summary>The float32 masters of a model in training.</summary>
internal sealed class TransformerWeights(Transformer model) : IWeightSource
{
    public ModelConfiguration Configuration => model.Configuration;

    public Device Device => model.Device;

    public bool IsMapped => false;

    public Tensor Read(string name) => model[name].detach();

    public void Release(string name)
    {
    }
}
