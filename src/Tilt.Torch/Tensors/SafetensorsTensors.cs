using Tilt.HuggingFace.Safetensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Tensors;

/// <summary>Between safetensors files and libtorch tensors.</summary>
public static unsafe class SafetensorsTensors
{
    /// <summary>Bytes moved at once: spans end at 2³¹ − 1.</summary>
    private const long ChunkBytes = 1L << 30;

    /// <summary>Copies a tensor out of the file, with the file's element type, on the CPU.</summary>
    /// <exception cref="InputException">There is no such tensor, or libtorch lacks its element type.</exception>
    public static Tensor ReadTensor(this SafetensorsFile file, string name)
    {
        SafetensorsTensor entry = file.Find(name);
        Tensor tensor = empty([.. entry.Shape], ScalarTypeOf(entry.Type, file.Path, name));
        byte* source = file.Address(entry);
        foreach (Tensor chunk in Chunks(tensor, entry.Type.Size()))
        {
            Span<byte> bytes = chunk.bytes;
            new ReadOnlySpan<byte>(source, bytes.Length).CopyTo(bytes);
            source += bytes.Length;
            chunk.Dispose();
        }
        return tensor;
    }

    /// <summary>
    /// A tensor over the file's own memory where its bytes are aligned, else a copy; with the file's element type, on the CPU. It may
    /// outlive the file object. Only to be read: writing to mapped memory ends the process.
    /// </summary>
    /// <exception cref="InputException">There is no such tensor, or libtorch lacks its element type.</exception>
    public static Tensor MapTensor(this SafetensorsFile file, string name)
    {
        SafetensorsTensor entry = file.Find(name);
        byte* data = file.Address(entry);
        if (entry.ElementCount == 0 || (nuint)data % (nuint)entry.Type.Size() != 0) return file.ReadTensor(name);
        return MappedMemory.Borrow(file.Mapping, data, [.. entry.Shape], ScalarTypeOf(entry.Type, file.Path, name));
    }

    /// <summary>An entry that writes a tensor, which must live until the file is written.</summary>
    public static SafetensorsEntry ToSafetensors(this Tensor tensor, string name)
    {
        SafetensorsType type = TypeOf(tensor.dtype);
        return new SafetensorsEntry(name, type, tensor.shape, stream =>
        {
            using var grad = no_grad();
            using var scope = NewDisposeScope();
            foreach (Tensor chunk in Chunks(tensor.cpu().contiguous(), type.Size())) stream.Write(chunk.bytes);
        });
    }

    private static IEnumerable<Tensor> Chunks(Tensor tensor, int elementSize)
    {
        using Tensor flat = tensor.detach().reshape(-1);
        long count = tensor.numel(), step = ChunkBytes / elementSize;
        for (long begin = 0; begin < count; begin += step) yield return flat.narrow(0, begin, Math.Min(step, count - begin));
    }

    private static ScalarType ScalarTypeOf(SafetensorsType type, string path, string name) => type switch
    {
        SafetensorsType.BOOL => ScalarType.Bool,
        SafetensorsType.U8 => ScalarType.Byte,
        SafetensorsType.I8 => ScalarType.Int8,
        SafetensorsType.I16 => ScalarType.Int16,
        SafetensorsType.F16 => ScalarType.Float16,
        SafetensorsType.BF16 => ScalarType.BFloat16,
        SafetensorsType.I32 => ScalarType.Int32,
        SafetensorsType.F32 => ScalarType.Float32,
        SafetensorsType.I64 => ScalarType.Int64,
        SafetensorsType.F64 => ScalarType.Float64,
        _ => throw new InputException($"'{path}', tensor '{name}': libtorch has no element type {type}."),
    };

    private static SafetensorsType TypeOf(ScalarType type) => type switch
    {
        ScalarType.Bool => SafetensorsType.BOOL,
        ScalarType.Byte => SafetensorsType.U8,
        ScalarType.Int8 => SafetensorsType.I8,
        ScalarType.Int16 => SafetensorsType.I16,
        ScalarType.Float16 => SafetensorsType.F16,
        ScalarType.BFloat16 => SafetensorsType.BF16,
        ScalarType.Int32 => SafetensorsType.I32,
        ScalarType.Float32 => SafetensorsType.F32,
        ScalarType.Int64 => SafetensorsType.I64,
        ScalarType.Float64 => SafetensorsType.F64,
        _ => throw new ArgumentException($"Tensors of element type {type} have no safetensors equivalent.", nameof(type)),
    };
}
