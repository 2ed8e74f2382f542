using System.Text.Json;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Tests;
using Tilt.Inference.Vectors;
using Tilt.Rollouts;
using Tilt.Torch.CpuEngine;
using Tilt.Torch.Decoding;
using Tilt.Torch.DeviceEngine;
using Tilt.Torch.Model;
using Tilt.Torch.Native;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Tests.Decoding;

public sealed class AdapterTests
{
    [Theory]
    [MemberData(nameof(GoldenEngineTests.NamesAndEngines), MemberType = typeof(GoldenEngineTests))]
    public void Scores_under_an_adapter_are_those_of_Transformers_and_without_it_those_of_the_model(string name, string engine)
    {
        using var golden = new GoldenModel(name);
        LoraAdapter adapter = Adapter(golden);
        using TorchLanguageModel model = engine switch
        {
            "loaded" => TorchLanguageModel.Load(golden.Folder, new() { Adapter = adapter }),
            "operations" => LoadedModels.OfOperations(golden.Folder, adapter: adapter),
            _ => LoadedModels.OfWidth(golden.Folder, Enum.Parse<VectorWidth>(engine), adapter: adapter),
        };
        float[][] expected = golden.Root.GetProperty("lora").GetProperty("token_logprobs").Deserialize<float[][]>()!;
        TokenScores[] scores = model.Score(golden.AsResponses);
        for (int i = 0; i < scores.Length; i++)
            for (int t = 0; t < expected[i].Length; t++) Assert.Equal(expected[i][t], scores[i].LogProbabilities[t], 1e-4);

        using TorchLanguageModel reference = model.WithoutAdapter();
        TokenScores[] plain = reference.Score(golden.AsResponses);
        for (int i = 0; i < plain.Length; i++)
            for (int t = 0; t < plain[i].LogProbabilities.Length; t++)
                Assert.Equal(golden.TokenLogProbabilities[i][t], plain[i].LogProbabilities[t], 1e-4);
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public async Task A_policy_under_an_adapter_is_sampled_as_it_is_scored_and_refreshed_by_its_adapter_alone(string name)
    {
        using var golden = new GoldenModel(name);
        using Transformer transformer = Transformer.LoadFrozen(golden.Folder);
        transformer.Attach(Adapter(golden));
        using var model = new TorchLanguageModel(transformer);
        using TorchLanguageModel reference = model.WithoutAdapter();
        var sampler = new TorchSampler(model);
        SampleRequest[] requests =
            [.. golden.Sequences.Select((p, i) => new SampleRequest(p, new RandomStream(3, RandomDomain.Rollout, 1, (uint)i, 0)))];
        var options = new SamplingOptions { MaxNewTokens = 20, IgnoreEndOfSequence = true };
        Completion[] before = await sampler.SampleAsync(requests, options, TestContext.Current.CancellationToken);
        AssertScored(model, before);
        TokenScores[] plain = reference.Score(golden.AsResponses);

        using (no_grad()) foreach (NamedParameter parameter in transformer.TrainableParameters) parameter.Value.mul_(1.5);
        model.Refresh();
        Completion[] after = await sampler.SampleAsync(requests, options, TestContext.Current.CancellationToken);
        AssertScored(model, after);
        Assert.NotEqual(before.SelectMany(c => c.LogProbabilities), after.SelectMany(c => c.LogProbabilities));
        Assert.Equal(plain.SelectMany(s => s.LogProbabilities), reference.Score(golden.AsResponses).SelectMany(s => s.LogProbabilities));
        AssertScored(reference, await new TorchSampler(reference).SampleAsync(requests, options, TestContext.Current.CancellationToken));
    }

    /// <summary>The engine for other devices in bfloat16: adapters are added in float32 to products that are not.</summary>
    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void In_bfloat16_an_adapter_changes_scores_as_in_float32(string name)
    {
        using var golden = new GoldenModel(name);
        using TorchLanguageModel model = LoadedModels.OfOperations(golden.Folder, ComputePrecision.BFloat16, Adapter(golden));
        float[] expected =
            [.. golden.Root.GetProperty("lora").GetProperty("token_logprobs").Deserialize<float[][]>()!.SelectMany(logs => logs)];
        float[] actual = [.. model.Score(golden.AsResponses).SelectMany(score => score.LogProbabilities)];
        float[] plain = [.. golden.TokenLogProbabilities.SelectMany(logs => logs)];
        Assert.InRange(MeanDifference(expected, actual), 1e-6, 0.05);
        Assert.True(MeanDifference(expected, actual) < 0.2 * MeanDifference(expected, plain));
        using IModelState state = model.Prefill([golden.Sequences[0][..2], golden.Sequences[1][..5]]);
        state.Step([1, 2]);
        Assert.Equal(2, state.BatchSize);

        static double MeanDifference(float[] a, float[] b) => a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Average();
    }

    [Fact]
    public unsafe void Frozen_weights_under_an_adapter_are_used_where_they_are()
    {
        using var golden = new GoldenModel("llama-untied-bf16");
        using Transformer transformer = Transformer.LoadFrozen(golden.Folder);
        using var weights = new CpuWeights(new TransformerWeights(transformer), ComputePrecision.BFloat16, WeightStorage.Mapped);
        Assert.Equal((nint)TensorMemory.Address(transformer["model.layers.1.mlp.up_proj.weight"]),
            (nint)weights.Blocks[1].Up.Matrix.Address);
        Assert.Equal((nint)TensorMemory.Address(transformer[ParameterLayout.Output]), (nint)weights.Head.Address);
        using Transformer trained = Transformer.Load(golden.Folder);
        using var snapshot = new CpuWeights(new TransformerWeights(trained), ComputePrecision.Float32, WeightStorage.Mapped);
        Assert.NotEqual((nint)TensorMemory.Address(trained["model.layers.1.mlp.up_proj.weight"]),
            (nint)snapshot.Blocks[1].Up.Matrix.Address);
    }

    [Fact]
    public void Every_rank_and_every_choice_of_layers_is_what_merging_gives()
    {
        using var golden = new GoldenModel("llama-untied-bf16");
        ModelConfiguration shape = ModelConfigurationReader.Read(golden.Folder);
        foreach ((int rank, string[] modules) in new (int, string[])[] { (1, ["q_proj"]), (7, ["v_proj"]),
            (40, ["k_proj", "o_proj", "up_proj"]), (33, ["gate_proj", "down_proj"]) })
        {
            LoraAdapter adapter = Random(shape, rank, modules);
            using Transformer merged = Transformer.Load(golden.Folder);
            merged.Merge(adapter);
            using var expected = new TorchLanguageModel(merged);
            TokenScores[] scores = expected.Score(golden.AsResponses);
            foreach (TorchLanguageModel model in new[] { TorchLanguageModel.Load(golden.Folder, new() { Adapter = adapter }),
                LoadedModels.OfOperations(golden.Folder, adapter: adapter),
                LoadedModels.OfWidth(golden.Folder, VectorWidth.Bits256, adapter: adapter) })
            {
                using (model)
                {
                    TokenScores[] actual = model.Score(golden.AsResponses);
                    for (int i = 0; i < scores.Length; i++)
                        for (int t = 0; t < scores[i].LogProbabilities.Length; t++)
                            Assert.Equal(scores[i].LogProbabilities[t], actual[i].LogProbabilities[t], 1e-4);
                }
            }
        }
    }

    private static LoraAdapter Adapter(GoldenModel golden) =>
        LoraAdapter.Load(golden.AdapterFolder, ModelConfigurationReader.Read(golden.Folder));

    /// <summary>An adapter that changes something: B of a new one is zero.</summary>
    private static LoraAdapter Random(ModelConfiguration shape, int rank, string[] modules)
    {
        var adapter = LoraAdapter.Initialize(
            new LoraConfiguration { Rank = rank, Alpha = 2 * rank, TargetModules = ModuleSelector.Named(modules) }, shape, 5);
        var random = new Random(rank);
        return new LoraAdapter(adapter.Configuration,
            [.. adapter.Layers.Select(l => l with { B = [.. l.B.Select(_ => (random.NextSingle() - 0.5f) / rank)] })]);
    }

    private static void AssertScored(TorchLanguageModel model, Completion[] completions)
    {
        TokenScores[] scores = model.Score([.. completions.Select(c => new TokenSequence(c.PromptIds, c.ResponseIds))]);
        for (int i = 0; i < scores.Length; i++)
            for (int t = 0; t < completions[i].Length; t++)
                Assert.Equal(scores[i].LogProbabilities[t], completions[i].LogProbabilities[t], 1e-4);
    }
}
