using Tilt.Models;
using static TorchSharp.torch;

namespace Tilt.Inference;

/// <summary>The weights of a model folder, used where the files are mapped to: nothing is read before it is needed, nothing copied.</summary>
internal sealed unsafe class MappedWeights : IWeightSource, IDisposable
{
    private readonly SafetensorsCheckpoint checkpoint;

    /// <exception cref="InputException">Configuration or weights are missing, damaged or do not fit together; the message lists every problem.</exception>
    public MappedWeights(string folder, Device device)
    {
        Configuration = ModelConfigurationReader.Read(folder);
        Device = device;
        checkpoint = SafetensorsCheckpoint.Open(folder);
        try
        {
            CheckpointFit.Check(Configuration, checkpoint);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public ModelConfiguration Configuration { get; }

    public Device Device { get; }

    public bool IsMapped => true;

    /// <summary>Bytes of the model's weights in the files.</summary>
    public long Bytes => ParameterLayout.Of(Configuration).Sum(p => checkpoint.Find(p.Name).End - checkpoint.Find(p.Name).Begin);

    public Tensor Read(string name)
    {
        SafetensorsFile file = checkpoint.FileOf(name);
        SafetensorsTensor stored = checkpoint.Find(name);
        ScalarType? type = stored.Type switch { SafetensorsType.F32 => ScalarType.Float32, SafetensorsType.BF16 => ScalarType.BFloat16, _ => null };
        bool aligned = (nint)file.Address(stored) % (stored.Type == SafetensorsType.F32 ? 4 : 2) == 0;
        if (type is null || !aligned || !TensorMemory.IsAvailable) return file.ReadTensor(name);
        return TensorMemory.View(file.Address(stored), type.Value, [.. stored.Shape]);
    }

    /// <summary>Makes the pages of all parameters resident, from the page cache where they are there already.</summary>
    public void Prefetch() => MappedPages.Prefetch([.. ParameterLayout.Of(Configuration).Select(p => Range(p.Name))], Environment.ProcessorCount);

    public void Release(string name)
    {
        (nint address, long length) = Range(name);
        MappedPages.Release(address, length);
    }

    /// <summary>Unmaps the files; tensors read from them must no longer be used.</summary>
    public void Dispose() => checkpoint.Dispose();

    private (nint Address, long Length) Range(string name)
    {
        SafetensorsTensor stored = checkpoint.Find(name);
        return ((nint)checkpoint.FileOf(name).Address(stored), stored.End - stored.Begin);
    }
}
