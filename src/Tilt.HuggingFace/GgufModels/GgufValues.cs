using System.Buffers.Binary;
using System.Globalization;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>An array of numbers as it stands in a file.</summary>
/// <param name="Type">Type of its elements.</param>
/// <param name="Size">Bytes of an element.</param>
/// <param name="Bytes">The elements, little-endian.</param>
internal sealed record GgufNumbers(GgufValueType Type, int Size, byte[] Bytes)
{
    public int Count => Bytes.Length / Size;
}

/// <summary>The keys and values of a GGUF file, read as what is needed; wrong and missing ones are errors that name file and key.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="entries">The values: long, ulong, float, double, bool, text, texts, <see cref="GgufNumbers"/> or a list of arrays.</param>
internal sealed class GgufValues(string path, IReadOnlyDictionary<string, object> entries)
{
    private const string Advice = "Take another file of this model, or convert it again with a current llama.cpp.";

    public bool Has(string key) => entries.ContainsKey(key);

    /// <summary>A whole number in a range.</summary>
    public long Integer(string key, long least = 1, long most = int.MaxValue) => Require(key) switch
    {
        long number when number >= least && number <= most => number,
        var other => throw Wrong(key, other, $"a whole number from {least} to {most}"),
    };

    public int Count(string key) => (int)Integer(key);

    /// <summary>A token id, or null where there is no such key.</summary>
    public int? Id(string key) => Has(key) ? (int)Integer(key, 0) : null;

    /// <summary>A number above 0; of a float32 the decimal number with the fewest digits that it stands for.</summary>
    public double Positive(string key) => Require(key) switch
    {
        float number when number > 0 && float.IsFinite(number) => Shortest(number),
        double number when number > 0 && double.IsFinite(number) => number,
        var other => throw Wrong(key, other, "a number above 0"),
    };

    /// <summary>Any number.</summary>
    public double Number(string key) => Require(key) switch
    {
        float number => Shortest(number),
        double number => number,
        long number => number,
        var other => throw Wrong(key, other, "a number"),
    };

    public string Text(string key) => Require(key) is string text ? text : throw Wrong(key, entries[key], "a text");

    public string? OptionalText(string key) => Has(key) ? Text(key) : null;

    public bool? Flag(string key) => !Has(key) ? null : Require(key) is bool flag ? flag : throw Wrong(key, entries[key], "true or false");

    public string[] Texts(string key) => Require(key) is string[] texts ? texts : throw Wrong(key, entries[key], "an array of texts");

    /// <summary>An array of 32-bit whole numbers.</summary>
    public int[] Integers(string key)
    {
        if (Require(key) is not GgufNumbers { Type: GgufValueType.Int32 or GgufValueType.UInt32 } numbers)
            throw Wrong(key, entries[key], "an array of 32-bit whole numbers");
        var values = new int[numbers.Count];
        for (int i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadInt32LittleEndian(numbers.Bytes.AsSpan(4 * i));
        return values;
    }

    /// <summary>The error that a value is not what is needed.</summary>
    public InputException Wrong(string key, object value, string needed) =>
        new($"'{path}' has {Describe(value)} at key '{key}', where {needed} is needed. {Advice}");

    private object Require(string key) =>
        entries.TryGetValue(key, out object? value) ? value
            : throw new InputException($"'{path}' has no key '{key}', which describes the model. {Advice}");

    private static double Shortest(float number) =>
        double.Parse(number.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Describe(object value) => value switch
    {
        string { Length: <= 80 } text => $"the text '{text}'",
        string text => $"a text of {text.Length} characters",
        string[] texts => $"an array of {texts.Length} texts",
        GgufNumbers numbers => $"an array of {numbers.Count} values of type {numbers.Type}",
        IReadOnlyList<object> arrays => $"an array of {arrays.Count} arrays",
        bool flag => flag ? "true" : "false",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
