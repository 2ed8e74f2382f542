using Tilt.HuggingFace.GgufModels.Dequantization;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>Widens whole blocks to float32.</summary>
/// <param name="stored">The blocks' bytes.</param>
/// <param name="values">Receives the elements, as many as the blocks hold.</param>
internal delegate void Dequantizer(ReadOnlySpan<byte> stored, Span<float> values);

/// <summary>An element type of tensors in GGUF files that can be read.</summary>
/// <param name="Number">Its number in ggml.</param>
/// <param name="Name">Its name in ggml.</param>
/// <param name="BlockLength">Elements of a block; 1 for plain numbers. Rows are whole blocks.</param>
/// <param name="BlockBytes">Bytes of a block.</param>
/// <param name="Decode">Reads blocks.</param>
internal sealed record GgufElementType(uint Number, string Name, int BlockLength, int BlockBytes, Dequantizer Decode)
{
    /// <summary>ggml's names of all types, by number; empty where a number was given up.</summary>
    private static readonly string[] Names =
    [
        "F32", "F16", "Q4_0", "Q4_1", "", "", "Q5_0", "Q5_1", "Q8_0", "Q8_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "Q8_K",
        "IQ2_XXS", "IQ2_XS", "IQ3_XXS", "IQ1_S", "IQ4_NL", "IQ3_S", "IQ2_S", "IQ4_XS", "I8", "I16", "I32", "I64", "F64", "IQ1_M", "BF16",
        "", "", "", "TQ1_0", "TQ2_0", "", "", "", "MXFP4",
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<GgufElementType> All { get; } =
    [
        new(0, "F32", 1, 4, PlainTypes.Float32),
        new(1, "F16", 1, 2, PlainTypes.Float16),
        new(30, "BF16", 1, 2, PlainTypes.BFloat16),
        new(8, "Q8_0", SmallBlocks.Length, 34, SmallBlocks.Q8_0),
        new(2, "Q4_0", SmallBlocks.Length, 18, SmallBlocks.Q4_0),
        new(3, "Q4_1", SmallBlocks.Length, 20, SmallBlocks.Q4_1),
        new(6, "Q5_0", SmallBlocks.Length, 22, SmallBlocks.Q5_0),
        new(7, "Q5_1", SmallBlocks.Length, 24, SmallBlocks.Q5_1),
        new(12, "Q4_K", SuperBlocks.Length, 144, SuperBlocks.Q4_K),
        new(13, "Q5_K", SuperBlocks.Length, 176, SuperBlocks.Q5_K),
        new(14, "Q6_K", SuperBlocks.Length, 210, SuperBlocks.Q6_K),
    ];

    /// <summary>Elements are packed into blocks.</summary>
    public bool IsQuantized => BlockLength > 1;

    /// <summary>The type that holds the values without loss and is no wider than it must be: quantised ones are float32.</summary>
    public SafetensorsType Widened =>
        Name switch { "F16" => SafetensorsType.F16, "BF16" => SafetensorsType.BF16, _ => SafetensorsType.F32 };

    /// <summary>The type of that number, or null when it cannot be read.</summary>
    public static GgufElementType? Find(uint number) => All.FirstOrDefault(type => type.Number == number);

    /// <summary>The name of a number, also of types that cannot be read.</summary>
    public static string NameOf(uint number) => number < Names.Length && Names[number].Length > 0 ? Names[number] : $"number {number}";

    /// <summary>Bytes of a row, which has whole blocks.</summary>
    public long RowBytes(long length) => length / BlockLength * BlockBytes;
}
