using System.Text.Json;
using Tilt.HuggingFace.Tests;
using Tilt.Inference.Methods.Sampling;
using Tilt.Inference.Vectors;
using Tilt.Rollouts;
using Tilt.Torch.Decoding;
using Tilt.Torch.Native;
using Tilt.Torch.Tensors;

namespace Tilt.Torch.Tests.Decoding;

/// <summary>The engine straight from a model folder, in all its forms, against Transformers.</summary>
public sealed class GoldenEngineTests
{
    public static TheoryData<string, string> NamesAndEngines
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string name in GoldenModel.Names.Select(row => row.Data))
                foreach (string engine in (string[])["loaded", "operations", .. Enum.GetNames<VectorWidth>()]) data.Add(name, engine);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndEngines))]
    public void Scores_are_those_of_Transformers(string name, string engine)
    {
        using var golden = new GoldenModel(name);
        using TorchLanguageModel model = Engine(golden.Folder, engine);
        TokenScores[] scores = model.Score(golden.AsResponses);
        for (int i = 0; i < scores.Length; i++)
        {
            Assert.Equal(golden.TokenLogProbabilities[i].Length, scores[i].LogProbabilities.Length);
            for (int t = 0; t < scores[i].LogProbabilities.Length; t++)
            {
                Assert.Equal(golden.TokenLogProbabilities[i][t], scores[i].LogProbabilities[t], 1e-4);
                Assert.Equal(golden.Entropies[i][t], scores[i].Entropies[t], 1e-4);
            }
        }
    }

    [Theory]
    [MemberData(nameof(NamesAndEngines))]
    public async Task Greedy_tokens_are_those_of_Transformers(string name, string engine)
    {
        using var golden = new GoldenModel(name);
        using TorchLanguageModel model = Engine(golden.Folder, engine);
        Completion[] completions = await new TorchSampler(model).SampleAsync(
            [.. golden.Sequences.Select(p => new SampleRequest(p, default))],
            new() { MaxNewTokens = 24, Temperature = 0, IgnoreEndOfSequence = true },
            TestContext.Current.CancellationToken);
        for (int i = 0; i < completions.Length; i++)
            Assert.Equal(golden.Root.GetProperty("greedy")[i].GetProperty("tokens").Deserialize<int[]>()!, completions[i].ResponseIds);
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void Processed_distributions_after_the_engine_are_those_of_Transformers(string name)
    {
        using var golden = new GoldenModel(name);
        using TorchLanguageModel model = TorchLanguageModel.Load(golden.Folder);
        using IModelState state = model.Prefill(golden.Sequences);
        float[] log = new float[model.VocabularySize];
        double[] actual = new double[log.Length];
        (string Filter, TokenTruncation Truncation)[] filters =
        [
            ("t0.25", new() { Temperature = 0.25 }),
            ("t0.7", new() { Temperature = 0.7 }),
            ("topk5", new() { TopK = 5 }),
            ("topp0.8", new() { TopP = 0.8 }),
            ("minp0.1", new() { MinP = 0.1 }),
            ("t0.7_topk5_topp0.8_minp0.1", new() { Temperature = 0.7, TopK = 5, TopP = 0.8, MinP = 0.1 }),
        ];
        for (int i = 0; i < golden.Sequences.Length; i++)
        {
            state.Row(i, log);
            foreach ((string filter, TokenTruncation truncation) in filters)
            {
                truncation.Apply(log, actual);
                float[] expected = golden.Tensors.ReadFloats($"dist.{i}.{filter}");
                for (int token = 0; token < expected.Length; token++) Assert.Equal(expected[token], actual[token], 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void Bfloat16_scores_stay_near_those_of_Transformers(string name)
    {
        using var golden = new GoldenModel(name);
        // Twelve copies of the sequences are more rows than the kernels take in this precision.
        TokenSequence[] sequences = [.. Enumerable.Repeat(golden.AsResponses, 12).SelectMany(s => s)];
        foreach (WeightStorage storage in Enum.GetValues<WeightStorage>())
        {
            if (storage == WeightStorage.Packed && !PackedProduct.IsAvailable) continue;
            using TorchLanguageModel model =
                TorchLanguageModel.Load(golden.Folder, new() { Precision = ComputePrecision.BFloat16, Storage = storage });
            TokenScores[] scores = model.Score(sequences);
            double[] differences = [
                .. scores.SelectMany((s,
                    i) => s.LogProbabilities.Select(
                        (l, t) => (double)Math.Abs(l - golden.TokenLogProbabilities[i % golden.Sequences.Length][t])))];
            Assert.InRange(differences.Average(), 1e-5, 0.1);
        }
    }

    private static TorchLanguageModel Engine(string folder, string engine) => engine switch
    {
        "loaded" => TorchLanguageModel.Load(folder),
        "operations" => LoadedModels.OfOperations(folder),
        _ => LoadedModels.OfWidth(folder, Enum.Parse<VectorWidth>(engine)),
    };
}
