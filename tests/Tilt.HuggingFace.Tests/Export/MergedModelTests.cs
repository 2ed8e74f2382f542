using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Tests.Export;

/// <summary>What is wrong with weights and adapters is told with file, tensor and place, and nothing is written.</summary>
public sealed class MergedModelTests
{
    [Theory]
    [InlineData(float.NaN, WeightType.Float32, "NaN. Only finite weights")]
    [InlineData(float.PositiveInfinity, WeightType.BFloat16, "Infinity. Only finite weights")]
    [InlineData(-70000f, WeightType.Float16, "-70000, which is too large for float16. Export as bfloat16 or float32")]
    [InlineData(1e9f, WeightType.Q8_0, "1E+09, which is too large for q8_0")]
    public void A_weight_that_the_type_cannot_hold_is_named(float weight, WeightType type, string expected)
    {
        using var folder = new GoldenCopy("qwen3");
        folder.EditWeights("model.layers.1.mlp.up_proj.weight", values => values[5 * 64 + 7] = weight);
        using MergedModel model = MergedModel.Open(folder.Model);
        string message = Assert.Throws<InputException>(() => folder.WriteGguf(model, "x.gguf", new() { Type = type })).Message;
        Assert.Contains("model.safetensors', tensor 'model.layers.1.mlp.up_proj.weight', row 5, column 7", message,
            StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        if (type != WeightType.Q8_0) Assert.Throws<InputException>(() => folder.WriteSafetensors(model, "x", new() { Type = type }));
        Assert.Empty(folder.Others());
    }

    [Fact]
    public void An_adapter_of_another_model_is_refused_with_all_its_tensors()
    {
        using GoldenCopy folder = new("qwen3"), other = new("qwen25");
        string message = Assert.Throws<InputException>(() => MergedModel.Open(folder.Model, other.Adapter)).Message;
        Assert.Contains("model.layers.0.self_attn.q_proj.lora_B.weight", message, StringComparison.Ordinal);
        Assert.Contains("model.layers.2.mlp.down_proj.lora_A.weight", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_or_missing_adapter_is_refused()
    {
        using var folder = new GoldenCopy("qwen3");
        string weights = Path.Combine(folder.Adapter, LoraAdapter.WeightFile);
        using (FileStream stream = File.OpenWrite(weights)) stream.SetLength(5000);
        Assert.Contains(weights, Assert.Throws<InputException>(() => MergedModel.Open(folder.Model, folder.Adapter)).Message,
            StringComparison.Ordinal);
        Assert.Contains("nowhere", Assert.Throws<InputException>(() => MergedModel.Open(folder.Model, folder.Beside("nowhere"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_that_makes_weights_infinite_is_told_as_such()
    {
        using var folder = new GoldenCopy("qwen3");
        string path = Path.Combine(folder.Adapter, LoraAdapter.WeightFile);
        SafetensorsEntry[] entries;
        using (SafetensorsFile file = SafetensorsFile.Open(path))
            entries = [.. file.Tensors.Select(
                t => SafetensorsEntry.Of(t.Name, [.. file.ReadFloats(t.Name).Select(v => v * 1e30f)], [.. t.Shape]))];
        SafetensorsWriter.Write(path, entries);
        using MergedModel model = MergedModel.Open(folder.Model, folder.Adapter);
        Assert.Contains("with the adapter merged", Assert.Throws<InputException>(() => folder.WriteGguf(model, "x.gguf")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rotary_scaling_that_llama_cpp_does_not_know_is_refused_for_gguf_only()
    {
        using var folder = new GoldenCopy("qwen3");
        folder.Edit("config.json",
            file => file["rope_scaling"] =
                System.Text.Json.Nodes.JsonNode.Parse(
                    """{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":64}"""));
        using MergedModel model = MergedModel.Open(folder.Model);
        Assert.Contains("rotary scaling", Assert.Throws<InputException>(() => folder.WriteGguf(model, "x.gguf")).Message,
            StringComparison.Ordinal);
        folder.WriteSafetensors(model, "x");
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_read_is_told()
    {
        using var folder = new GoldenCopy("llama-untied-bf16");
        using MergedModel model = MergedModel.Open(folder.Model);
        string last = Path.Combine(folder.Model, "model-00005-of-00005.safetensors");
        // Opened for sharing, so that the reader's lock does not keep it out: other programs heed no locks.
        using (var stream = new FileStream(last, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) stream.SetLength(5000);
        Assert.Contains("was changed while it was read", Assert.Throws<InputException>(() => folder.WriteGguf(model, "x.gguf")).Message,
            StringComparison.Ordinal);
        Assert.Empty(folder.Others());
    }
}
