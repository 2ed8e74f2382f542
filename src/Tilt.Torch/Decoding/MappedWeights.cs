using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.GgufModels;
using Tilt.HuggingFace.Safetensors;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Decoding;

/// <summary>
/// The weights of a model folder, used where the files are mapped to: nothing is read before it is needed, nothing copied.
/// </summary>
internal sealed unsafe class MappedWeights : IWeightSource, IDisposable
{
    private readonly SafetensorsCheckpoint _checkpoint;
    private readonly LoraAdapter? _adapter;

    /// <exception cref="InputException">Configuration or weights are missing, damaged or do not fit together; the message lists every
    /// problem.</exception>
    public MappedWeights(string folder, Device device, LoraAdapter? adapter = null)
    {
        Configuration = ModelConfigurationReader.Read(folder);
        (Device, this._adapter) = (device, adapter);
        _checkpoint = ModelWeights.Open(folder);
        try
        {
            CheckpointFit.Check(Configuration, _checkpoint);
        }
        catch
        {
            _checkpoint.Dispose();
            throw;
        }
    }

    public ModelConfiguration Configuration { get; }

    public Device Device { get; }

    public bool IsFrozen => true;

    public Tensor Read(string name) => _checkpoint.FileOf(name).MapTensor(name);

    public LoraLayer? Adapter(string name) => _adapter?.Find(name);

    /// <summary>Makes the pages of all parameters resident, from the page cache where they are there already.</summary>
    public void Prefetch() =>
        MappedPages.Prefetch([.. ParameterLayout.Of(Configuration).Select(p => Range(p.Name))], Environment.ProcessorCount);

    public void Release(string name)
    {
        (nint address, long length) = Range(name);
        MappedPages.Release(address, length);
    }

    /// <summary>Unmaps the files once no tensor read from them is left.</summary>
    public void Dispose() => _checkpoint.Dispose();

    private (nint Address, long Length) Range(string name)
    {
        SafetensorsTensor stored = _checkpoint.Find(name);
        return ((nint)_checkpoint.FileOf(name).Address(stored), stored.End - stored.Begin);
    }
}
