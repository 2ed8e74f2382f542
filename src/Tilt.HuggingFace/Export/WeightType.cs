using System.Diagnostics.CodeAnalysis;

namespace Tilt.HuggingFace.Export;

/// <summary>Element types that exported weights can have.</summary>
public enum WeightType
{
    /// <summary>IEEE single precision.</summary>
    Float32,

    /// <summary>bfloat16: the upper half of a float32.</summary>
    BFloat16,

    /// <summary>IEEE half precision.</summary>
    Float16,

    /// <summary>Blocks of 32 signed 8-bit integers with a float16 scale each (GGUF only).</summary>
    [SuppressMessage("Naming", "CA1707:Identifiers should not contain underscores", Justification = "The format's own name.")]
    Q8_0,
}

/// <summary>Names of weight types, as commands and files have them.</summary>
public static class WeightTypes
{
    /// <summary>The name: <c>float32</c>, <c>bfloat16</c>, <c>float16</c> or <c>q8_0</c>.</summary>
    public static string Name(this WeightType type) => type switch
    {
        WeightType.Float32 => "float32",
        WeightType.BFloat16 => "bfloat16",
        WeightType.Float16 => "float16",
        _ => "q8_0",
    };
}
