using System.Runtime.InteropServices;

namespace Tilt.Models;

/// <summary>A parameter of a model, read row by row in float32, with what an adapter adds to it.</summary>
internal sealed unsafe class MergedParameter
{
    private readonly byte* data;
    private readonly SafetensorsType storedType;
    private readonly LoraLayer? layer;

    /// <summary>A parameter over the bytes of a mapped file, which must stay open.</summary>
    public MergedParameter(SafetensorsFile file, string name, LoraLayer? layer)
    {
        SafetensorsTensor tensor = file.Find(name);
        data = file.Address(tensor);
        (storedType, this.layer) = (tensor.Type, layer);
        (Name, Shape, FilePath) = (name, tensor.Shape, file.Path);
        RowLength = checked((int)tensor.Shape[^1]);
        RowCount = tensor.ElementCount / RowLength;
    }

    /// <summary>Name in the checkpoint.</summary>
    public string Name { get; }

    /// <summary>Matrices are <c>[rows, row length]</c>, vectors <c>[row length]</c>.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The file that holds it.</summary>
    public string FilePath { get; }

    /// <summary>Rows; a vector is one row.</summary>
    public long RowCount { get; }

    /// <summary>Elements of a row.</summary>
    public int RowLength { get; }

    /// <summary>An adapter changes it.</summary>
    public bool IsAdapted => layer is not null;

    /// <summary>Element type that loses nothing of what the file holds; float64 is rounded to float32.</summary>
    public WeightType StoredType => storedType switch
    {
        SafetensorsType.BF16 => WeightType.BFloat16,
        SafetensorsType.F16 => WeightType.Float16,
        _ => WeightType.Float32,
    };

    /// <summary>Reads a row. Several threads may read at once.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="values">Receives the elements, <c>[row length]</c>.</param>
    public void ReadRow(long row, Span<float> values)
    {
        byte* source = data + row * RowLength * storedType.Size();
        switch (storedType)
        {
            case SafetensorsType.F32: new ReadOnlySpan<byte>(source, RowLength * sizeof(float)).CopyTo(MemoryMarshal.AsBytes(values)); break;
            case SafetensorsType.BF16: HalfPrecision.FromBFloat16(new(source, RowLength), values); break;
            case SafetensorsType.F16: HalfPrecision.FromFloat16(new(source, RowLength), values); break;
            default:
                for (int i = 0; i < RowLength; i++) values[i] = (float)((double*)source)[i];
                break;
        }
        layer?.AddTo(values[..RowLength], (int)row);
    }
}
