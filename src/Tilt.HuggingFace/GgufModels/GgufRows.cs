using Microsoft.Win32.SafeHandles;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>A tensor of a GGUF file, read row by row in the order of Hugging Face checkpoints. Several threads may read at once.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="handle">The file.</param>
/// <param name="tensor">The tensor.</param>
/// <param name="type">Its element type.</param>
/// <param name="order">Number of the file's row at each place; null for rows as they are.</param>
internal sealed class GgufRows(string path, SafeFileHandle handle, GgufTensorPlace tensor, GgufElementType type, Func<long, long>? order)
{
    public string Path => path;

    public GgufElementType Type => type;

    public IReadOnlyList<long> Shape => tensor.Shape;

    public int RowLength { get; } = checked((int)tensor.RowLength);

    public long RowCount => tensor.RowCount;

    /// <summary>Bytes of a row in the file.</summary>
    public int StoredRowBytes { get; } = checked((int)type.RowBytes(tensor.RowLength));

    /// <summary>Reads a row as float32.</summary>
    /// <param name="row">Its number in the checkpoint.</param>
    /// <param name="values">Receives the elements.</param>
    /// <param name="stored">Working memory of <see cref="StoredRowBytes"/>.</param>
    /// <exception cref="IOException">The file became shorter or unreadable since it was opened.</exception>
    public void ReadRow(long row, Span<float> values, Span<byte> stored)
    {
        ReadStored(row, stored);
        type.Decode(stored, values);
    }

    /// <summary>Reads a row's bytes as they are in the file.</summary>
    /// <exception cref="IOException">The file became shorter or unreadable since it was opened.</exception>
    public void ReadStored(long row, Span<byte> stored)
    {
        long position = tensor.Begin + (order?.Invoke(row) ?? row) * stored.Length;
        while (stored.Length > 0)
        {
            int count = RandomAccess.Read(handle, stored, position);
            if (count == 0) throw new IOException($"'{path}' ends within tensor '{tensor.Name}'; it was changed while it was read");
            stored = stored[count..];
            position += count;
        }
    }

    /// <summary>Reads all rows, widened to <see cref="GgufElementType.Widened"/>, with all cores.</summary>
    /// <param name="address">Where to: memory of as many bytes as that takes.</param>
    /// <exception cref="IOException">The file became shorter or unreadable since it was opened.</exception>
    public unsafe void ReadAll(nint address)
    {
        long rowBytes = (long)RowLength * type.Widened.Size(), shares = Math.Min(RowCount, Environment.ProcessorCount);
        bool widens = type.IsQuantized;
        try
        {
            Parallel.For(0, shares, share =>
            {
                byte[] stored = new byte[StoredRowBytes];
                for (long row = RowCount * share / shares; row < RowCount * (share + 1) / shares; row++)
                {
                    byte* target = (byte*)address + row * rowBytes;
                    if (widens) ReadRow(row, new Span<float>(target, RowLength), stored);
                    else ReadStored(row, new Span<byte>(target, StoredRowBytes));
                }
            });
        }
        catch (AggregateException e) when (e.InnerException is IOException cause)
        {
            throw new IOException(cause.Message, cause);
        }
    }
}
