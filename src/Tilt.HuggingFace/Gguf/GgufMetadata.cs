using System.Globalization;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Families;

namespace Tilt.HuggingFace.Gguf;

/// <summary>The keys that describe a model to llama.cpp, in the order of its converter.</summary>
internal static class GgufMetadata
{
    /// <summary>Name, shape and element type.</summary>
    /// <param name="model">The model's shape.</param>
    /// <param name="name">Its name, for people.</param>
    /// <param name="weightCount">Number of weights in the file.</param>
    /// <param name="type">Element type of the matrices.</param>
    public static IEnumerable<GgufEntry> Of(ModelConfiguration model, string name, long weightCount, WeightType type)
    {
        GgufConventions conventions = model.Family.Gguf;
        string family = conventions.Architecture;
        yield return GgufEntry.Text("general.architecture", family);
        yield return GgufEntry.Text("general.type", "model");
        yield return GgufEntry.Text("general.name", name);
        yield return GgufEntry.Text("general.size_label", SizeLabel(weightCount));
        yield return GgufEntry.Count($"{family}.block_count", model.LayerCount);
        yield return GgufEntry.Count($"{family}.context_length", model.ContextLength);
        yield return GgufEntry.Count($"{family}.embedding_length", model.HiddenSize);
        yield return GgufEntry.Count($"{family}.feed_forward_length", model.IntermediateSize);
        yield return GgufEntry.Count($"{family}.attention.head_count", model.HeadCount);
        yield return GgufEntry.Count($"{family}.attention.head_count_kv", model.KeyValueHeadCount);
        yield return GgufEntry.Number($"{family}.rope.freq_base", model.RopeTheta);
        yield return GgufEntry.Number($"{family}.attention.layer_norm_rms_epsilon", model.NormEpsilon);
        if (!conventions.HeadsMakeUpHiddenSize)
        {
            yield return GgufEntry.Count($"{family}.attention.key_length", model.HeadSize);
            yield return GgufEntry.Count($"{family}.attention.value_length", model.HeadSize);
        }
        yield return GgufEntry.Count("general.file_type", FileType(type));
        yield return GgufEntry.Count($"{family}.vocab_size", model.VocabularySize);
        if (conventions.StatesRotaryDimensions) yield return GgufEntry.Count($"{family}.rope.dimension_count", model.HeadSize);
        yield return GgufEntry.Count("general.quantization_version", 2);
    }

    /// <summary>llama.cpp's number for files whose matrices are of this type.</summary>
    private static uint FileType(WeightType type) => type switch
    {
        WeightType.Float32 => 0,
        WeightType.Float16 => 1,
        WeightType.Q8_0 => 7,
        _ => 32,
    };

    /// <summary>The count with at least two digits and a unit, such as 3.1B.</summary>
    private static string SizeLabel(long count)
    {
        (double value, char unit) = count switch
        {
            > 1_000_000_000_000 => (count * 1e-12, 'T'),
            > 1_000_000_000 => (count * 1e-9, 'B'),
            > 1_000_000 => (count * 1e-6, 'M'),
            _ => (count * 1e-3, 'K'),
        };
        string digits = Math.Round(value) switch { < 1 => "0.00", < 10 => "0.0", _ => "0" };
        return value.ToString(digits, CultureInfo.InvariantCulture) + unit;
    }
}
