using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.GgufModels;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Export;

/// <summary>A parameter of a model, read row by row in float32, with what an adapter adds to it.</summary>
internal sealed class MergedParameter
{
    private readonly RowReader _read;
    private readonly SafetensorsType _storedType;
    private readonly LoraLayer? _layer;

    /// <summary>
    /// A parameter in a checkpoint's file. Read from the handle, not the mapping, so that what was read does not stay resident.
    /// </summary>
    public MergedParameter(SafetensorsFile file, SafeFileHandle handle, string name, LoraLayer? layer)
    {
        SafetensorsTensor tensor = file.Find(name);
        (_storedType, this._layer) = (tensor.Type, layer);
        (Name, Shape, FilePath) = (name, tensor.Shape, file.Path);
        RowLength = checked((int)tensor.Shape[^1]);
        RowCount = tensor.ElementCount / RowLength;
        StoredRowBytes = checked(RowLength * _storedType.Size());
        long offset = file.DataOffset + tensor.Begin;
        _read = (row, values, stored) =>
        {
            Fill(handle, stored, offset + row * stored.Length);
            Widen(stored, values);
        };
    }

    /// <summary>A parameter in a GGUF file.</summary>
    public MergedParameter(GgufRows rows, string name, LoraLayer? layer)
    {
        (_storedType, this._layer, IsQuantized, StoredRowBytes, _read) =
            (rows.Type.Widened, layer, rows.Type.IsQuantized, rows.StoredRowBytes, rows.ReadRow);
        (Name, Shape, FilePath, RowLength, RowCount) = (name, rows.Shape, rows.Path, rows.RowLength, rows.RowCount);
    }

    private delegate void RowReader(long row, Span<float> values, Span<byte> stored);

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

    /// <summary>Bytes of a row in the file.</summary>
    public int StoredRowBytes { get; }

    /// <summary>The file has it in fewer bits than any type of a checkpoint.</summary>
    public bool IsQuantized { get; }

    /// <summary>An adapter changes it.</summary>
    public bool IsAdapted => _layer is not null;

    /// <summary>Element type that loses nothing of what the file holds; float64 is rounded to float32.</summary>
    public WeightType StoredType => _storedType switch
    {
        SafetensorsType.BF16 => WeightType.BFloat16,
        SafetensorsType.F16 => WeightType.Float16,
        _ => WeightType.Float32,
    };

    /// <summary>Reads a row. Several threads may read at once.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="values">Receives the elements, <c>[row length]</c>.</param>
    /// <param name="stored">Working memory of <see cref="StoredRowBytes"/>.</param>
    /// <exception cref="IOException">The file became shorter or unreadable since it was opened.</exception>
    public void ReadRow(long row, Span<float> values, Span<byte> stored)
    {
        _read(row, values, stored);
        _layer?.AddTo(values, (int)row);
    }

    private void Widen(ReadOnlySpan<byte> stored, Span<float> values)
    {
        switch (_storedType)
        {
            case SafetensorsType.F32: stored.CopyTo(MemoryMarshal.AsBytes(values)); break;
            case SafetensorsType.BF16: HalfPrecision.FromBFloat16(MemoryMarshal.Cast<byte, ushort>(stored), values); break;
            case SafetensorsType.F16: HalfPrecision.FromFloat16(MemoryMarshal.Cast<byte, ushort>(stored), values); break;
            default:
                ReadOnlySpan<double> doubles = MemoryMarshal.Cast<byte, double>(stored);
                for (int i = 0; i < doubles.Length; i++) values[i] = (float)doubles[i];
                break;
        }
    }

    private void Fill(SafeFileHandle handle, Span<byte> bytes, long position)
    {
        while (bytes.Length > 0)
        {
            int count = RandomAccess.Read(handle, bytes, position);
            if (count == 0) throw new IOException($"'{FilePath}' ends within tensor '{Name}'; it was changed while it was read");
            bytes = bytes[count..];
            position += count;
        }
    }
}
