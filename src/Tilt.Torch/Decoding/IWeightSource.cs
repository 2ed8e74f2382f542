using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using static TorchSharp.torch;

namespace Tilt.Torch.Decoding;

/// <summary>Where an engine takes a model's weights from.</summary>
internal interface IWeightSource
{
    ModelConfiguration Configuration { get; }

    /// <summary>Where the engine computes.</summary>
    Device Device { get; }

    /// <summary>The weights never change, so that an engine may use them in place; otherwise it takes copies.</summary>
    bool IsFrozen { get; }

    /// <summary>
    /// A parameter by its Hugging Face name, in the type it is stored in; the caller disposes of the tensor and does not write to it.
    /// </summary>
    Tensor Read(string name);

    /// <summary>The low-rank update of a parameter with its present numbers, or null.</summary>
    LoraLayer? Adapter(string name);

    /// <summary>A parameter is in use elsewhere now and will not be read here again.</summary>
    void Release(string name);
}
