using System.Text.Json;

namespace Tilt.HuggingFace.Safetensors;

/// <summary>Where a tensor lies in a safetensors file.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Dimensions; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the start of the data.</param>
/// <param name="End">One past the last byte, counted from the start of the data.</param>
public sealed record SafetensorsTensor(string Name, SafetensorsType Type, IReadOnlyList<long> Shape, long Begin, long End)
{
    /// <summary>Number of elements.</summary>
    public long ElementCount => (End - Begin) / Type.Size();
}

/// <summary>
/// The JSON header of a safetensors file, checked completely: every byte of the data belongs to exactly one tensor and every
/// length agrees with its shape, so that nothing read later can leave the file.
/// </summary>
internal ref struct SafetensorsHeader
{
    private readonly string _path;
    private readonly long _dataLength;
    private Utf8JsonReader _reader;

    private SafetensorsHeader(string path, ReadOnlySpan<byte> json, long dataLength)
    {
        this._path = path;
        this._dataLength = dataLength;
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 8 });
    }

    /// <summary>Parses the header of the file <paramref name="path"/>.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="json">The header's bytes; byte 0 of it is byte 8 of the file.</param>
    /// <param name="dataLength">Length of the data after the header in bytes.</param>
    /// <param name="metadata">The texts under <c>__metadata__</c>.</param>
    public static List<SafetensorsTensor> Parse(string path, ReadOnlySpan<byte> json, long dataLength,
        out Dictionary<string, string> metadata)
    {
        var header = new SafetensorsHeader(path, json, dataLength);
        try
        {
            return header.ReadAll(out metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text that is not valid UTF-8.
            throw new InputException(
                $"{header.Where()} the header is not valid JSON: {e.Message} The file is damaged or not a safetensors file.", e);
        }
    }

    private readonly string Where(string? tensor = null) =>
        $"'{_path}', byte {8 + _reader.TokenStartIndex}{(tensor is null ? "" : $", tensor '{tensor}'")}:";

    private readonly InputException Wrong(string? tensor, string what) => new($"{Where(tensor)} {what}");

    private void Expect(JsonTokenType type, string? tensor, string what)
    {
        if (!_reader.Read() || _reader.TokenType != type) throw Wrong(tensor, $"{what} is needed here.");
    }

    private List<SafetensorsTensor> ReadAll(out Dictionary<string, string> metadata)
    {
        var tensors = new List<SafetensorsTensor>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        metadata = [];
        Expect(JsonTokenType.StartObject, null, "A JSON object");
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = _reader.GetString()!;
            if (!names.Add(name)) throw Wrong(name, "the name appears twice in the header.");
            if (name == "__metadata__") ReadMetadata(metadata);
            else tensors.Add(ReadTensor(name));
        }
        // Only spaces may follow (padding to a multiple of eight bytes): the reader throws at anything else.
        _reader.Read();
        CheckLayout(tensors);
        return tensors;
    }

    private void ReadMetadata(Dictionary<string, string> metadata)
    {
        Expect(JsonTokenType.StartObject, "__metadata__", "An object of texts");
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = _reader.GetString()!;
            Expect(JsonTokenType.String, "__metadata__", "A text");
            if (!metadata.TryAdd(key, _reader.GetString()!)) throw Wrong("__metadata__", $"the key '{key}' appears twice.");
        }
    }

    private SafetensorsTensor ReadTensor(string name)
    {
        SafetensorsType? type = null;
        List<long>? shape = null, offsets = null;
        Expect(JsonTokenType.StartObject, name, "An object with dtype, shape and data_offsets");
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = _reader.GetString()!;
            switch (key)
            {
                case "dtype" when type is null: type = ReadType(name); break;
                case "shape" when shape is null: shape = ReadNumbers(name, key); break;
                case "data_offsets" when offsets is null: offsets = ReadNumbers(name, key); break;
                case "dtype" or "shape" or "data_offsets": throw Wrong(name, $"{key} appears twice.");
                default: throw Wrong(name, $"'{key}' is not a known key; allowed are dtype, shape and data_offsets.");
            }
        }
        if (type is null || shape is null || offsets is not [_, _])
            throw Wrong(name, "dtype, shape and two data_offsets are needed; at least one of them is missing.");
        CheckLength(name, type.Value, shape, offsets);
        return new SafetensorsTensor(name, type.Value, shape, offsets[0], offsets[1]);
    }

    private SafetensorsType ReadType(string name)
    {
        Expect(JsonTokenType.String, name, "A dtype");
        string text = _reader.GetString()!;
        if (text.Length > 0 && char.IsAsciiLetterUpper(text[0]) && Enum.TryParse(text, out SafetensorsType type)) return type;
        throw Wrong(name,
            $"the element type '{text}' is not supported; supported are {string.Join(", ", Enum.GetNames<SafetensorsType>())}.");
    }

    private List<long> ReadNumbers(string name, string key)
    {
        var numbers = new List<long>();
        Expect(JsonTokenType.StartArray, name, $"A list of whole numbers ({key})");
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out long number) || number < 0)
                throw Wrong(name, $"{key} must hold whole numbers that are not negative.");
            numbers.Add(number);
        }
        return numbers;
    }

    private readonly void CheckLength(string name, SafetensorsType type, List<long> shape, List<long> offsets)
    {
        if (offsets[0] > offsets[1] || offsets[1] > _dataLength)
            throw Wrong(name, $"data_offsets [{offsets[0]}, {offsets[1]}] do not lie in the {_dataLength} bytes of data; the file is "
                + $"truncated or damaged.");
        UInt128 length = (UInt128)type.Size();
        foreach (long dimension in shape)
        {
            // Compared at every factor, so that a huge product cannot wrap around; a zero anywhere makes it zero.
            length *= (UInt128)dimension;
            if (length > ulong.MaxValue && !shape.Contains(0)) break;
        }
        if (shape.Contains(0)) length = 0;
        if (length != (UInt128)(offsets[1] - offsets[0]))
            throw Wrong(name,
                $"the shape [{string.Join(", ", shape)}] of {type} needs {length} bytes, but data_offsets hold {offsets[1] - offsets[0]}.");
    }

    private readonly void CheckLayout(List<SafetensorsTensor> tensors)
    {
        long end = 0;
        foreach (SafetensorsTensor tensor in tensors.OrderBy(t => t.Begin).ThenBy(t => t.End))
        {
            if (tensor.Begin != end)
                throw Wrong(tensor.Name, $"its data begins at byte {tensor.Begin} of the data, but the tensor before it ends at {end}: "
                    + (tensor.Begin < end ? "the two overlap." : "bytes between them belong to no tensor."));
            end = tensor.End;
        }
        if (end != _dataLength)
            throw Wrong(null,
                $"the tensors hold {end} bytes, but {_dataLength} bytes of data follow the header; the file is damaged or incomplete.");
    }
}
