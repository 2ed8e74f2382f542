using Microsoft.Win32.SafeHandles;
using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>
/// The tensors of a GGUF file as those of a Hugging Face checkpoint: by its names, in its order of rows, and widened where they are
/// quantised. A tensor is read when its memory is first asked for.
/// </summary>
internal sealed class GgufWeights : IDisposable
{
    private const int Alignment = 64;

    private readonly SafeFileHandle _handle;
    private readonly Dictionary<string, GgufRows> _rows = new(StringComparer.Ordinal);

    private GgufWeights(GgufFile file, SafeFileHandle handle)
    {
        _handle = handle;
        ModelFamily family = GgufConfiguration.FamilyOf(file);
        int headSize = GgufConfiguration.HeadSize(file, family);
        foreach (GgufTensorPlace place in file.Tensors)
        {
            // llama.cpp's tools drop the second dimension of matrices of one row.
            GgufTensorPlace tensor = place.Shape.Count == 1 && GgufTensorNames.IsMatrix(place.Name)
                ? place with { Shape = [1, .. place.Shape] } : place;
            // Part of the configuration.
            if (tensor.Name == RotaryFactors.TensorName && family.Gguf.Features.HasFlag(BlockFeatures.Llama3Rotary)) continue;
            // What has no name in checkpoints keeps its own, by which it is refused.
            string name = GgufTensorNames.ParameterOf(tensor.Name, family.Gguf) ?? tensor.Name;
            Func<long, long>? order = GgufTensorNames.RowOrder(tensor.Name, family.Gguf, headSize);
            if (order is not null && tensor.RowCount % headSize != 0)
                throw new InputException($"'{file.Path}': tensor '{tensor.Name}' has {tensor.RowCount} rows, which are no whole heads "
                    + $"of {headSize}.");
            _rows.Add(name, new GgufRows(file.Path, handle, tensor, TypeOf(file, tensor), order));
        }
        Checkpoint = SafetensorsCheckpoint.Of(file.Path, Image(file.Path), this);
    }

    /// <summary>The weights as a checkpoint in memory that fills as it is read. It closes the file.</summary>
    public SafetensorsCheckpoint Checkpoint { get; }

    /// <summary>Opens the weights of a GGUF file.</summary>
    /// <exception cref="InputException">The file is damaged, of a family or with an element type that is not supported.</exception>
    public static GgufWeights Open(string path)
    {
        GgufFile file = GgufFile.Read(path);
        SafeFileHandle handle = File.OpenHandle(path);
        try
        {
            return new GgufWeights(file, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The rows of a parameter.</summary>
    public GgufRows Rows(string parameter) => _rows[parameter];

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    private static GgufElementType TypeOf(GgufFile file, GgufTensorPlace tensor) =>
        GgufElementType.Find(tensor.Type) ?? throw new InputException(
        $"'{file.Path}': tensor '{tensor.Name}' is of type {GgufElementType.NameOf(tensor.Type)}, which cannot be read. Supported are "
        + $"{string.Join(", ", GgufElementType.All.Select(type => type.Name))}. Take a file of this model with one of them, such as "
        + "Q4_K_M or Q8_0.");

    private SafetensorsFile Image(string path)
    {
        var tensors = new List<SafetensorsTensor>();
        long end = 0;
        foreach ((string name, GgufRows rows) in _rows)
        {
            long begin = (end + Alignment - 1) / Alignment * Alignment;
            end = begin + rows.RowCount * rows.RowLength * rows.Type.Widened.Size();
            tensors.Add(new SafetensorsTensor(name, rows.Type.Widened, rows.Shape, begin, end));
        }
        return SafetensorsFile.InMemory(path, tensors, (tensor, address) =>
        {
            try
            {
                _rows[tensor.Name].ReadAll(address);
            }
            catch (IOException e)
            {
                throw new InputException($"'{path}' cannot be read: {e.Message}.", e);
            }
        });
    }
}
