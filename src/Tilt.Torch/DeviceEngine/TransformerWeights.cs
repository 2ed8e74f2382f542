using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.Torch.Decoding;
using Tilt.Torch.Model;
using static TorchSharp.torch;

namespace Tilt.Torch.DeviceEngine;

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
