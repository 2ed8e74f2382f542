using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Tests;
using Tilt.HuggingFace.Tests.Export;
using Tilt.Torch.Model;
using TorchSharp;

namespace Tilt.Torch.Tests.Model;

/// <summary>Adapters that are merged in memory, into an export, or not at all.</summary>
public sealed class MergedWeightsTests
{
    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void Merged_weights_give_the_logits_of_Transformers(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var golden = new GoldenModel(name);
        using Transformer model = Transformer.Load(golden.Folder);
        model.Merge(LoraAdapter.Load(golden.AdapterFolder, model.Configuration));
        foreach (int i in new[] { 1, 2 })
        {
            float[] expected = golden.Tensors.ReadFloats($"lora.logits.{i}"),
                actual = model.Logits(golden.Sequences[i]).data<float>().ToArray();
            Assert.InRange(Compare.LargestDifference(expected, actual), 0, 2e-4);
        }
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void An_export_with_adapter_has_the_logits_of_Transformers_with_the_adapter(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var folder = new GoldenCopy(name);
        using var golden = new GoldenModel(name);
        using (MergedModel merged = MergedModel.Open(folder.Model, folder.Adapter))
            folder.WriteSafetensors(merged, "export", new() { Type = WeightType.Float32 });
        using Transformer model = Transformer.Load(folder.Beside("export"));
        foreach (int i in new[] { 1, 2 })
        {
            float[] expected = golden.Tensors.ReadFloats($"lora.logits.{i}"),
                actual = model.Logits(golden.Sequences[i]).data<float>().ToArray();
            Assert.InRange(Compare.LargestDifference(expected, actual), 0, 2e-4);
        }
    }

    [Fact]
    public void Merging_a_new_adapter_changes_no_weight()
    {
        using Transformer transformer = Transformer.Initialize(TinyShape.Llama, 3);
        IReadOnlyDictionary<string, float[]> before = transformer.CopyWeights();
        transformer.Merge(LoraAdapter.Initialize(new() { Rank = 4, Alpha = 8 }, TinyShape.Llama, 1));
        foreach ((string name, float[] values) in transformer.CopyWeights()) Assert.Equal(before[name], values);
    }
}
