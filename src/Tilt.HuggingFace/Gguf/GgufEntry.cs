using Tilt.HuggingFace.GgufModels;

namespace Tilt.HuggingFace.Gguf;

/// <summary>A key and its value in the header of a GGUF file.</summary>
/// <param name="Key">The key, such as <c>llama.block_count</c>.</param>
/// <param name="Type">Type of the value.</param>
/// <param name="Value">
/// <see cref="uint"/>, <see cref="int"/>, <see cref="float"/>, <see cref="bool"/> or <see cref="string"/>; for arrays a list of
/// <see cref="string"/> or <see cref="int"/>.
/// </param>
internal sealed record GgufEntry(string Key, GgufValueType Type, object Value)
{
    public static GgufEntry Count(string key, long value) => new(key, GgufValueType.UInt32, checked((uint)value));

    public static GgufEntry Number(string key, double value) => new(key, GgufValueType.Float32, (float)value);

    public static GgufEntry Flag(string key, bool value) => new(key, GgufValueType.Bool, value);

    public static GgufEntry Text(string key, string value) => new(key, GgufValueType.Text, value);

    public static GgufEntry Texts(string key, IReadOnlyList<string> values) => new(key, GgufValueType.Array, values);

    public static GgufEntry Integers(string key, IReadOnlyList<int> values) => new(key, GgufValueType.Array, values);
}
