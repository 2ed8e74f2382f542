using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Tilt.Files;

namespace Tilt.HuggingFace.Safetensors;

/// <summary>
/// One safetensors file, memory-mapped: a little-endian length, a JSON header, and the tensors' bytes. The whole header is
/// checked when the file is opened; reading afterwards cannot leave the mapping. Does not touch libtorch.
/// </summary>
public sealed unsafe class SafetensorsFile : IDisposable
{
    /// <summary>The format's own limit; larger headers are refused before anything is allocated for them.</summary>
    private const long LargestHeader = 100_000_000;

    /// <summary>What stands in place of a file where a repository was cloned without Git LFS, shorter than this many bytes.</summary>
    private static ReadOnlySpan<byte> Pointer => "version https://git-lfs"u8;

    private const int LongestPointer = 1024;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;
    private readonly Dictionary<string, SafetensorsTensor> _byName;
    private readonly Dictionary<string, Lazy<bool>>? _filled;
    private bool _disposed;

    private SafetensorsFile(string path, MemoryMappedFile file, MemoryMappedViewAccessor view, byte* start, long length)
    {
        (Path, this._file, this._view) = (path, file, view);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(start, 8));
        if (length < LongestPointer && new ReadOnlySpan<byte>(start, (int)length).StartsWith(Pointer))
            throw new InputException($"'{path}' is not the file itself but Git LFS's pointer to it. Run 'git lfs pull' in its folder, or "
                + $"fetch the model with 'tilt pull'.");
        if (headerLength > LargestHeader || (long)headerLength > length - 8)
            throw new InputException($"'{path}', byte 0: the header is said to have {headerLength} bytes, but the file has {length} and a "
                + $"header at most {LargestHeader}. The file is truncated or not a safetensors file.");
        _data = start + 8 + headerLength;
        DataOffset = 8 + (long)headerLength;
        Tensors = SafetensorsHeader.Parse(path, new ReadOnlySpan<byte>(start + 8, (int)headerLength), length - 8 - (long)headerLength,
            out var metadata);
        Metadata = metadata;
        _byName = Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    private SafetensorsFile(
        string path, IReadOnlyList<SafetensorsTensor> tensors, MemoryMappedFile file, MemoryMappedViewAccessor view, byte* start,
        Action<SafetensorsTensor, nint> fill)
    {
        (Path, this._file, this._view, Tensors, Metadata) =
            (path, file, view, tensors, new Dictionary<string, string>(StringComparer.Ordinal));
        _data = start;
        _byName = Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
        _filled = Tensors.ToDictionary(t => t.Name, t => new Lazy<bool>(() =>
        {
            fill(t, (nint)(start + t.Begin));
            return true;
        }), StringComparer.Ordinal);
    }

    /// <summary>The file's path as it was given.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of the header.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>The texts the header holds under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens and checks a file.</summary>
    /// <exception cref="InputException">The file is missing, truncated or damaged; the message names file, byte and tensor.</exception>
    public static SafetensorsFile Open(string path)
    {
        if (!File.Exists(path)) throw new InputException($"There is no file '{path}'.");
        long length = FileLength.Of(path) ?? throw new InputException($"'{path}' is a link to a file that does not exist.");
        if (length < 10)
            throw new InputException(
                $"'{path}' has {length} bytes; a safetensors file has at least 10. The file is truncated or not a safetensors file.");
        var mapping = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        MemoryMappedViewAccessor view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        try
        {
            return new SafetensorsFile(path, mapping, view, start + view.PointerOffset, length);
        }
        catch
        {
            Unmap(mapping, view);
            throw;
        }
    }

    /// <summary>Tensors in memory of their own, each made when its bytes are first asked for.</summary>
    /// <param name="path">The file that they come from, for messages.</param>
    /// <param name="tensors">The tensors, apart from each other.</param>
    /// <param name="fill">Writes a tensor's bytes to an address, once.</param>
    internal static SafetensorsFile InMemory(string path, IReadOnlyList<SafetensorsTensor> tensors, Action<SafetensorsTensor, nint> fill)
    {
        long length = Math.Max(1, tensors.Count == 0 ? 0 : tensors.Max(t => t.End));
        var memory = MemoryMappedFile.CreateNew(null, length);
        MemoryMappedViewAccessor view = memory.CreateViewAccessor(0, length);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        return new SafetensorsFile(path, tensors, memory, view, start + view.PointerOffset, fill);
    }

    /// <summary>The named tensor's place and type.</summary>
    /// <exception cref="InputException">There is none of that name.</exception>
    public SafetensorsTensor Find(string name) =>
        _byName.TryGetValue(name, out SafetensorsTensor? tensor) ? tensor : throw new InputException($"'{Path}' holds no tensor '{name}'.");

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Byte of the file where the tensors' data begins.</summary>
    internal long DataOffset { get; }

    /// <summary>The mapping; counting references to it keeps it beyond <see cref="Dispose"/>.</summary>
    internal SafeBuffer Mapping => _view.SafeMemoryMappedViewHandle;

    /// <summary>Address of a tensor's first byte; valid until the file is disposed.</summary>
    internal byte* Address(SafetensorsTensor tensor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _ = _filled?[tensor.Name].Value;
        return _data + tensor.Begin;
    }

    /// <summary>The bytes of a tensor, row-major, little-endian; valid until the file is disposed.</summary>
    /// <exception cref="InputException">There is no such tensor, or it has more than 2³¹ − 1 bytes.</exception>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        SafetensorsTensor tensor = Find(name);
        long length = tensor.End - tensor.Begin;
        if (length > int.MaxValue) throw new InputException($"'{Path}', tensor '{name}': {length} bytes are too many for one span.");
        return new ReadOnlySpan<byte>(Address(tensor), (int)length);
    }

    /// <summary>The elements of a tensor widened or rounded to float32.</summary>
    /// <exception cref="InputException">There is no such tensor, or it has too many elements for an array.</exception>
    public float[] ReadFloats(string name)
    {
        SafetensorsTensor tensor = Find(name);
        if (tensor.ElementCount > Array.MaxLength)
            throw new InputException($"'{Path}', tensor '{name}': {tensor.ElementCount} elements are too many for one array.");
        var values = new float[tensor.ElementCount];
        byte* source = Address(tensor);
        switch (tensor.Type)
        {
            case SafetensorsType.F32:
                new ReadOnlySpan<byte>(source, values.Length * 4).CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
                break;
            case SafetensorsType.BF16:
                for (int i = 0; i < values.Length; i++) values[i] = BitConverter.UInt32BitsToSingle((uint)((ushort*)source)[i] << 16);
                break;
            case SafetensorsType.F16: for (int i = 0; i < values.Length; i++) values[i] = (float)((Half*)source)[i]; break;
            case SafetensorsType.F64: for (int i = 0; i < values.Length; i++) values[i] = (float)((double*)source)[i]; break;
            case SafetensorsType.BOOL: for (int i = 0; i < values.Length; i++) values[i] = source[i] != 0 ? 1 : 0; break;
            case SafetensorsType.U8: for (int i = 0; i < values.Length; i++) values[i] = source[i]; break;
            case SafetensorsType.I8: for (int i = 0; i < values.Length; i++) values[i] = ((sbyte*)source)[i]; break;
            case SafetensorsType.U16: for (int i = 0; i < values.Length; i++) values[i] = ((ushort*)source)[i]; break;
            case SafetensorsType.I16: for (int i = 0; i < values.Length; i++) values[i] = ((short*)source)[i]; break;
            case SafetensorsType.U32: for (int i = 0; i < values.Length; i++) values[i] = ((uint*)source)[i]; break;
            case SafetensorsType.I32: for (int i = 0; i < values.Length; i++) values[i] = ((int*)source)[i]; break;
            case SafetensorsType.U64: for (int i = 0; i < values.Length; i++) values[i] = ((ulong*)source)[i]; break;
            case SafetensorsType.I64: for (int i = 0; i < values.Length; i++) values[i] = ((long*)source)[i]; break;
            default: throw new InputException($"'{Path}', tensor '{name}': element type {tensor.Type} cannot be read.");
        }
        return values;
    }

    /// <summary>Unmaps the file; spans taken from it must no longer be used.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Unmap(_file, _view);
    }

    private static void Unmap(MemoryMappedFile file, MemoryMappedViewAccessor view)
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
