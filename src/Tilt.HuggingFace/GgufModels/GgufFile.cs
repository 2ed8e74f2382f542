namespace Tilt.HuggingFace.GgufModels;

/// <summary>Where a tensor lies in a GGUF file.</summary>
/// <param name="Name">Its name, such as <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Type">ggml's number of its element type.</param>
/// <param name="Shape">Dimensions, slowest first: <c>[rows, row length]</c>. The file has them the other way round.</param>
/// <param name="Begin">First byte, counted from the start of the file.</param>
internal sealed record GgufTensorPlace(string Name, uint Type, IReadOnlyList<long> Shape, long Begin)
{
    /// <summary>Elements of a row.</summary>
    public long RowLength => Shape.Count == 0 ? 1 : Shape[^1];

    /// <summary>Rows; a vector is one.</summary>
    public long RowCount => Shape.SkipLast(1).Aggregate(1L, (product, dimension) => product * dimension);
}

/// <summary>The header of a GGUF file, checked completely: keys and values, and where the tensors are. Holds no open file.</summary>
internal sealed record GgufFile(string Path, GgufValues Values, IReadOnlyList<GgufTensorPlace> Tensors)
{
    /// <summary>First four bytes of a file: the letters GGUF.</summary>
    public const uint Magic = 0x46554747;

    /// <summary>Whether a file begins as GGUF files do; false for what cannot be read.</summary>
    public static bool Is(string path)
    {
        try
        {
            if (!File.Exists(path)) return false;
            Span<byte> first = stackalloc byte[sizeof(uint)];
            using FileStream stream = File.OpenRead(path);
            return stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false) == first.Length
                && BitConverter.ToUInt32(first) == Magic;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="InputException">
    /// The file cannot be read, is no GGUF file, or is truncated or damaged; the message says where.
    /// </exception>
    public static GgufFile Read(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            return new GgufHeader(path, stream).Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The tensor of that name, or null.</summary>
    public GgufTensorPlace? Find(string name) => Tensors.FirstOrDefault(tensor => tensor.Name == name);

    /// <summary>Reads the first bytes of a tensor.</summary>
    /// <exception cref="InputException">The file cannot be read any more.</exception>
    public void ReadBytes(GgufTensorPlace tensor, Span<byte> target)
    {
        try
        {
            using FileStream stream = File.OpenRead(Path);
            stream.Position = tensor.Begin;
            stream.ReadExactly(target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{Path}' cannot be read: {e.Message}", e);
        }
    }
}
