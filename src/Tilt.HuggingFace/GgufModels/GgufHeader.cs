namespace Tilt.HuggingFace.GgufModels;

/// <summary>
/// Reads the header of a GGUF file, versions 2 and 3 (github.com/ggml-org/ggml, docs/gguf.md): magic, version, counts, keys and
/// values, tensor descriptions. Every tensor is checked to lie in the file, apart from the others.
/// </summary>
internal sealed class GgufHeader(string path, Stream stream)
{
    private const int UsualAlignment = 32, MostDimensions = 4, LongestName = 1 << 16, DeepestArray = 4;

    /// <summary>Bytes of the shortest key with its value, of the shortest tensor description, and of a text.</summary>
    private const int EntryBytes = 13, TensorBytes = 24, TextBytes = 8;

    private readonly GgufInput _input = new(path, stream);

    /// <exception cref="InputException">The file is no GGUF file, or is truncated or damaged.</exception>
    public GgufFile Read()
    {
        if (_input.Length < 4 || _input.UInt32("the magic number") != GgufFile.Magic)
            throw new InputException($"'{path}' is no GGUF file: it does not begin with the letters GGUF. Name a GGUF file, or the "
                + "folder of a model.");
        uint version = _input.UInt32("the version");
        if (version is not (2 or 3))
            throw new InputException($"'{path}' is a GGUF "
                + $"file {(version is 0x02000000 or 0x03000000 ? "for big-endian machines" : $"of version {version}")}; versions 2 and 3 "
                + "in little-endian order are supported. Convert the model again with a current llama.cpp.");
        int tensorCount = _input.Count("the number of tensors", TensorBytes), entryCount = _input.Count("the number of keys", EntryBytes);
        var entries = new Dictionary<string, object>(StringComparer.Ordinal);
        for (int i = 0; i < entryCount; i++)
        {
            long at = _input.At;
            string key = _input.Text($"key {i}", LongestName);
            if (!entries.TryAdd(key, Value(Type($"key '{key}'"), $"the value of '{key}'", 0)))
                throw _input.Broken(at, $"the key '{key}' appears twice");
        }
        var values = new GgufValues(path, entries);
        long alignment = values.Has("general.alignment") ? values.Integer("general.alignment", 1, 1 << 20) : UsualAlignment;
        if (alignment % 8 != 0) throw new InputException($"'{path}' has {alignment} at key 'general.alignment', where a multiple of 8 is "
            + "needed. The file is damaged; download or make it again.");
        var tensors = new List<GgufTensorPlace>();
        for (int i = 0; i < tensorCount; i++) tensors.Add(Tensor(i, alignment));
        long start = (_input.At + alignment - 1) / alignment * alignment;
        tensors = [.. tensors.Select(tensor => tensor with { Begin = start + tensor.Begin })];
        CheckPlaces(tensors);
        return new GgufFile(path, values, tensors);
    }

    private GgufValueType Type(string what)
    {
        long at = _input.At;
        uint number = _input.UInt32($"the type of {what}");
        return Enum.IsDefined((GgufValueType)number) ? (GgufValueType)number
            : throw _input.Broken(at, $"{what} has the unknown type {number}");
    }

    private object Value(GgufValueType type, string what, int depth) => type switch
    {
        GgufValueType.UInt8 => (long)_input.Byte(what),
        GgufValueType.Int8 => (long)(sbyte)_input.Byte(what),
        GgufValueType.UInt16 => (long)_input.UInt16(what),
        GgufValueType.Int16 => (long)(short)_input.UInt16(what),
        GgufValueType.UInt32 => (long)_input.UInt32(what),
        GgufValueType.Int32 => (long)(int)_input.UInt32(what),
        GgufValueType.UInt64 => _input.UInt64(what) is var number && number <= long.MaxValue ? (long)number : (object)number,
        GgufValueType.Int64 => (long)_input.UInt64(what),
        GgufValueType.Float32 => BitConverter.UInt32BitsToSingle(_input.UInt32(what)),
        GgufValueType.Float64 => BitConverter.UInt64BitsToDouble(_input.UInt64(what)),
        GgufValueType.Bool => Flag(what),
        GgufValueType.Text => _input.Text(what),
        _ => Array(what, depth),
    };

    private object Flag(string what)
    {
        byte value = _input.Byte(what);
        return value <= 1 ? value == 1 : throw _input.Broken(_input.At - 1, $"{what} is {value} where 0 or 1 is needed");
    }

    /// <summary>Texts and arrays as a list; numbers as the bytes they are, so that they take no more room than in the file.</summary>
    private object Array(string what, int depth)
    {
        GgufValueType type = Type(what);
        if (type == GgufValueType.Array && depth == DeepestArray)
            throw _input.Broken(_input.At, $"{what} has arrays within arrays, more than {DeepestArray} deep");
        string count = $"the number of elements in {what}";
        if (type == GgufValueType.Text)
        {
            var texts = new string[_input.Count(count, TextBytes)];
            for (int i = 0; i < texts.Length; i++) texts[i] = _input.Text(what);
            return texts;
        }
        if (type == GgufValueType.Array)
        {
            var arrays = new List<object>();
            for (int left = _input.Count(count, TextBytes + 4); left > 0; left--) arrays.Add(Array(what, depth + 1));
            return arrays;
        }
        int size = type switch
        {
            GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
            GgufValueType.UInt16 or GgufValueType.Int16 => 2,
            GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
            _ => 8,
        };
        return new GgufNumbers(type, size, _input.Bytes(_input.Count(count, size) * size, what));
    }

    /// <summary>A tensor's description, its place counted from the start of the data.</summary>
    private GgufTensorPlace Tensor(int number, long alignment)
    {
        string name = _input.Text($"the name of tensor {number}", LongestName);
        long at = _input.At;
        uint dimensions = _input.UInt32($"the shape of tensor '{name}'");
        if (dimensions > MostDimensions)
            throw _input.Broken(at, $"tensor '{name}' has {dimensions} dimensions; at most {MostDimensions} are possible");
        var shape = new long[dimensions];
        long elements = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            ulong size = _input.UInt64($"the shape of tensor '{name}'");
            if (size == 0 || size > (ulong)(long.MaxValue / 16 / elements))
                throw _input.Broken(at, $"tensor '{name}' has a dimension of {size}");
            elements *= shape[i] = (long)size;
        }
        uint type = _input.UInt32($"the type of tensor '{name}'");
        at = _input.At;
        ulong offset = _input.UInt64($"the place of tensor '{name}'");
        if (offset > (ulong)_input.Length)
            throw _input.Broken(at, $"tensor '{name}' is said to begin at byte {offset} of the data, beyond the file's {_input.Length} "
                + "bytes");
        if (offset % (ulong)alignment != 0)
            throw _input.Broken(at, $"tensor '{name}' is said to begin at byte {offset} of the data, which is no multiple of {alignment}");
        return new GgufTensorPlace(name, type, shape, (long)offset);
    }

    private void CheckPlaces(List<GgufTensorPlace> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        long end = 0;
        string before = "";
        foreach (GgufTensorPlace tensor in tensors.OrderBy(t => t.Begin))
        {
            if (!names.Add(tensor.Name)) throw _input.Broken(tensor.Begin, $"two tensors are called '{tensor.Name}'");
            if (tensor.Begin < end) throw _input.Broken(tensor.Begin, $"the tensors '{before}' and '{tensor.Name}' overlap");
            // Of types that cannot be read, the lengths are unknown.
            if (GgufElementType.Find(tensor.Type) is not { } type) continue;
            if (tensor.RowLength % type.BlockLength != 0)
                throw _input.Broken(tensor.Begin, $"tensor '{tensor.Name}' has rows of {tensor.RowLength} elements, which do not fill "
                    + $"the blocks of {type.BlockLength} of type {type.Name}");
            (before, end) = (tensor.Name, tensor.Begin + tensor.RowCount * type.RowBytes(tensor.RowLength));
            if (end > _input.Length)
                throw _input.Broken(tensor.Begin, $"tensor '{tensor.Name}' needs {end - tensor.Begin} bytes from here, but the file ends "
                    + $"after {Math.Max(0, _input.Length - tensor.Begin)}");
        }
    }
}
