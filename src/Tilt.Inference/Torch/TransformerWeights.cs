using Tilt.Models;
using static TorchSharp.torch;

namespace Tilt.Inference;

/// <summary>The weights of a model in training, or the frozen ones under an adapter in training.</summary>
internal sealed class TransformerWeights(Transformer model) : IWeightSource
{
    public ModelConfiguration Configuration => model.Configuration;

    public Device Device => model.Device;

    public bool IsFrozen => model.IsFrozen;

    public Tensor Read(string name) => model[name].detach();

    public LoraLayer? Adapter(string name) => model.ActiveAdapter?.Find(name);

    public void Release(string name)
    {
    }
}
