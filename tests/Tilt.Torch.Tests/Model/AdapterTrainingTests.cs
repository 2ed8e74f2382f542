using System.Text.Json;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Tests;
using Tilt.Rollouts;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Torch.Tests.Model;

/// <summary>An adapter beside frozen weights, on every path that computes it.</summary>
public sealed class AdapterTrainingTests
{
    public enum Path
    {
        /// <summary>Float32 masters, fused kernels on merged weights.</summary>
        Fused,

        /// <summary>Float32 masters, libtorch's operations.</summary>
        Plain,

        /// <summary>Weights as they are stored.</summary>
        Frozen,

        /// <summary>The same, every block computed again in the backward pass.</summary>
        FrozenCheckpointed,
    }

    public static TheoryData<string, Path> Cases
    {
        get
        {
            var cases = new TheoryData<string, Path>();
            foreach (string name in new[] { "llama32", "qwen25", "qwen3", "llama-untied-bf16" })
                foreach (Path path in Enum.GetValues<Path>()) cases.Add(name, path);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Log_probabilities_and_gradients_are_those_of_Transformers(string name, Path path)
    {
        using var scope = torch.NewDisposeScope();
        using var golden = new GoldenModel(name);
        using Transformer model = Open(golden.Folder, path);
        model.Attach(LoraAdapter.Load(golden.AdapterFolder, model.Configuration));
        torch.Tensor logProbabilities = model.ResponseLogProbabilities(golden.AsResponses);
        float[][] expected = golden.Root.GetProperty("lora").GetProperty("token_logprobs").Deserialize<float[][]>()!;
        Assert.InRange(Compare.LargestDifference([.. expected.SelectMany(x => x)], logProbabilities.data<float>().ToArray()), 0, 1e-4);
        logProbabilities.mean().neg().backward();
        Assert.Equal(2 * 7 * model.Configuration.LayerCount, model.TrainableParameters.Count);
        foreach ((string parameter, torch.Tensor value) in model.TrainableParameters)
            Assert.InRange(Compare.RelativeDifference(golden.Tensors.ReadFloats($"lora.grad.{parameter}"),
                value.grad!.data<float>().ToArray()), 0, 1e-4);
        Assert.All(model.Parameters, p => Assert.Null(p.Value.grad));
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void Logits_are_those_of_Transformers_with_the_adapter_and_those_of_the_model_without(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var golden = new GoldenModel(name);
        using Transformer model = Transformer.LoadFrozen(golden.Folder);
        model.Attach(LoraAdapter.Load(golden.AdapterFolder, model.Configuration));
        foreach (int i in new[] { 1, 2 })
        {
            Assert.InRange(Compare.LargestDifference(golden.Tensors.ReadFloats($"lora.logits.{i}"),
                model.Logits(golden.Sequences[i]).data<float>().ToArray()), 0, 2e-4);
            using (model.WithoutAdapter())
            {
                Assert.False(model.UsesAdapter);
                Assert.InRange(Compare.LargestDifference(golden.Tensors.ReadFloats($"logits.{i}"),
                    model.Logits(golden.Sequences[i]).data<float>().ToArray()), 0, 2e-4);
            }
            Assert.True(model.UsesAdapter);
        }
    }

    [Theory]
    [InlineData(Path.Fused)]
    [InlineData(Path.Frozen)]
    public void The_reference_is_the_model_with_its_adapter_switched_off_bit_for_bit_and_takes_no_memory(Path path)
    {
        using var scope = torch.NewDisposeScope();
        using var golden = new GoldenModel("qwen3");
        using Transformer model = Open(golden.Folder, path), alone = Open(golden.Folder, path);
        torch.Tensor[] weights = [.. model.Parameters.Select(p => p.Value)];
        model.Attach(LoraAdapter.Load(golden.AdapterFolder, model.Configuration));
        using var grad = torch.no_grad();
        float[] expected = alone.ResponseLogProbabilities(golden.AsResponses).data<float>().ToArray();
        long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (model.WithoutAdapter())
        using (torch.NewDisposeScope())
            Assert.Equal(expected, model.ResponseLogProbabilities(golden.AsResponses).data<float>().ToArray());
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.All(model.Parameters.Zip(weights), p => Assert.Same(p.Second, p.First.Value));
    }

    [Theory]
    [InlineData(ComputePrecision.Float32, false)]
    [InlineData(ComputePrecision.BFloat16, false)]
    [InlineData(ComputePrecision.Float32, true)]
    [InlineData(ComputePrecision.BFloat16, true)]
    public void Checkpointed_blocks_give_the_same_values_and_gradients(ComputePrecision precision, bool withAdapter)
    {
        using var golden = new GoldenModel("qwen25");
        (float[] values, float[][] gradients) = Train(checkpointed: false);
        (float[] again, float[][] gradientsAgain) = Train(checkpointed: true);
        Assert.Equal(values, again);
        for (int i = 0; i < gradients.Length; i++) Assert.Equal(gradients[i], gradientsAgain[i]);

        (float[] Values, float[][] Gradients) Train(bool checkpointed)
        {
            using var scope = torch.NewDisposeScope();
            using Transformer model = withAdapter ? Transformer.LoadFrozen(golden.Folder) : Transformer.Load(golden.Folder);
            if (withAdapter) model.Attach(LoraAdapter.Load(golden.AdapterFolder, model.Configuration));
            (model.Fused, model.CheckpointActivations) = (false, checkpointed);
            torch.Tensor logProbabilities = null!;
            // Twice without clearing: gradients of micro-batches add up.
            for (int i = 0; i < 2; i++)
            {
                logProbabilities = model.ResponseLogProbabilities(golden.AsResponses[i..], precision);
                logProbabilities.mean().backward();
            }
            return (logProbabilities.data<float>().ToArray(),
                [.. model.TrainableParameters.Select(p => p.Value.grad!.data<float>().ToArray())]);
        }
    }

    [Theory]
    [InlineData(Path.Fused, ComputePrecision.Float32)]
    [InlineData(Path.Frozen, ComputePrecision.Float32)]
    [InlineData(Path.FrozenCheckpointed, ComputePrecision.Float32)]
    [InlineData(Path.FrozenCheckpointed, ComputePrecision.BFloat16)]
    public void Many_steps_leave_the_number_of_live_tensors_flat(Path path, ComputePrecision precision)
    {
        using var outer = torch.NewDisposeScope();
        using var golden = new GoldenModel("llama-untied-bf16");
        using Transformer model = Open(golden.Folder, path);
        model.Attach(LoraAdapter.Load(golden.AdapterFolder, model.Configuration));
        TokenSequence[] batch = [new(golden.Sequences[0][..2], golden.Sequences[0][2..5]),
            new(golden.Sequences[1][..1], golden.Sequences[1][1..3])];
        long live = 0;
        int steps = path == Path.Fused ? 200 : 60;
        for (int step = 0; step < steps; step++)
        {
            using (torch.NewDisposeScope())
            {
                model.ResponseLogProbabilities(batch, precision).mean().backward();
                foreach ((_, torch.Tensor value) in model.TrainableParameters) value.grad!.zero_();
            }
            if (step == 10) live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        }
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Frozen_matrices_stay_in_their_stored_type_over_the_file_and_refuse_changes()
    {
        using var golden = new GoldenModel("llama-untied-bf16");
        using Transformer model = Transformer.LoadFrozen(golden.Folder);
        Assert.All(model.Parameters,
            p => Assert.Equal(p.Value.dim() == 2 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32, p.Value.dtype));
        Assert.All(model.Parameters, p => Assert.False(p.Value.requires_grad));
        Assert.Empty(model.TrainableParameters);
        using Transformer masters = Transformer.Load(golden.Folder);
        foreach ((string name, float[] values) in masters.CopyWeights()) Assert.Equal(values, model.CopyWeights()[name]);
        Assert.Throws<InvalidOperationException>(() => model.CopyFrom(masters));
        Assert.Throws<InvalidOperationException>(() => model.Merge(LoraAdapter.Load(golden.AdapterFolder, model.Configuration)));
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void What_is_saved_copied_and_cloned_has_the_adapter_merged(string name)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        using var golden = new GoldenModel(name);
        LoraAdapter adapter = LoraAdapter.Load(golden.AdapterFolder, ModelConfigurationReader.Read(golden.Folder));
        using Transformer model = Transformer.LoadFrozen(golden.Folder), merged = Transformer.Load(golden.Folder);
        merged.Merge(adapter);
        model.Attach(adapter);
        model.Save(folder);
        using Transformer saved = Transformer.Load(folder), clone = model.Clone();
        Directory.Delete(folder, recursive: true);
        foreach ((string parameter, float[] values) in merged.CopyWeights())
        {
            Assert.Equal(values, model.CopyWeights()[parameter]);
            Assert.Equal(values, saved.CopyWeights()[parameter]);
            Assert.Equal(values, clone.CopyWeights()[parameter]);
        }
        LoraAdapter copy = model.CopyAdapter()!;
        Assert.Equal(adapter.Layers.SelectMany(l => l.A.Concat(l.B)), copy.Layers.SelectMany(l => l.A.Concat(l.B)));
    }

    [Fact]
    public void Adapters_of_another_shape_or_with_dropout_are_refused()
    {
        using Transformer model = Transformer.Initialize(TinyShape.Llama, 1);
        LoraAdapter foreign = LoraAdapter.Initialize(new() { Rank = 2, Alpha = 2 }, TinyShape.Llama with { HiddenSize = 16 }, 1);
        Assert.Throws<ArgumentException>(() => model.Attach(foreign));
        Assert.Throws<ArgumentException>(() => model.Merge(foreign));
        LoraAdapter dropped = LoraAdapter.Initialize(new() { Rank = 2, Alpha = 2, Dropout = 0.05 }, TinyShape.Llama, 1);
        Assert.Contains("lora_dropout 0.05; training supports 0 only", Assert.Throws<InputException>(() => model.Attach(dropped)).Message);
        model.Attach(LoraAdapter.Initialize(new() { Rank = 2, Alpha = 2 }, TinyShape.Llama, 1));
        Assert.Throws<ArgumentException>(
            () => model.CopyAdapterFrom(LoraAdapter.Initialize(new() { Rank = 3, Alpha = 2 }, TinyShape.Llama, 1)));
        LoraAdapter other = LoraAdapter.Initialize(new() { Rank = 2, Alpha = 2 }, TinyShape.Llama, 5);
        model.CopyAdapterFrom(other);
        Assert.Equal(other.Layers[3].A, model.CopyAdapter()!.Layers[3].A);
    }

    private static Transformer Open(string folder, Path path)
    {
        Transformer model = path is Path.Fused or Path.Plain ? Transformer.Load(folder) : Transformer.LoadFrozen(folder);
        if (path != Path.Fused) model.Fused = false;
        model.CheckpointActivations = path == Path.FrozenCheckpointed;
        return model;
    }
}
