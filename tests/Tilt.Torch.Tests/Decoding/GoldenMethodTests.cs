using System.Text.Json;
using Tilt.HuggingFace.Tests;
using Tilt.Inference.Fused;
using Tilt.Inference.Methods.Beams;
using Tilt.Inference.Methods.Candidates;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Power;
using Tilt.Inference.Methods.Sampling;
using Tilt.Inference.Tests.Methods;
using Tilt.Rollouts;
using Tilt.Torch.Model;

namespace Tilt.Torch.Tests.Decoding;

public sealed class GoldenMethodTests
{
    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void Beam_hypotheses_and_their_scores_are_those_of_Transformers(string name)
    {
        using var golden = new GoldenModel(name);
        using TorchLanguageModel engine = TorchLanguageModel.Load(golden.Folder);
        AssertHypotheses(golden, engine);
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void Beam_hypotheses_of_the_fused_engine_are_those_of_Transformers(string name)
    {
        using var golden = new GoldenModel(name);
        AssertHypotheses(golden, FusedModelLoader.Load(golden.Folder, threads: 1));
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public async Task Greedy_tokens_are_those_of_Transformers(string name)
    {
        using var golden = new GoldenModel(name);
        using TorchLanguageModel engine = TorchLanguageModel.Load(golden.Folder);
        JsonElement[] greedy = [.. golden.Root.GetProperty("greedy").EnumerateArray()];
        int[][] prompts = Array.ConvertAll(greedy, test => test.GetProperty("prompt").Deserialize<int[]>()!);
        int[][] tokens = Array.ConvertAll(greedy, test => test.GetProperty("tokens").Deserialize<int[]>()!);
        var decoding = new GreedyDecoding(new LanguageModelSampler(new WithEndOfSequence(engine)));
        MethodOutput output = await decoding.RunAsync(
            [.. prompts.Select((prompt, i) => new InferenceRequest(prompt, (uint)i))],
            new InferenceSettings { MaxNewTokens = tokens[0].Length },
            TestContext.Current.CancellationToken);
        Assert.Equal(tokens, output.Outputs.Select(outputs => Assert.Single(outputs).ResponseIds));
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void Truncated_distributions_are_those_of_Transformers(string name)
    {
        using var golden = new GoldenModel(name);
        (string Filter, TokenTruncation Truncation)[] filters =
        [
            ("t0.25", new() { Temperature = 0.25 }),
            ("t0.7", new() { Temperature = 0.7 }),
            ("topk5", new() { TopK = 5 }),
            ("topp0.8", new() { TopP = 0.8 }),
            ("minp0.1", new() { MinP = 0.1 }),
            ("t0.7_topp0.8", new() { Temperature = 0.7, TopP = 0.8 }),
            ("t0.25_topk5_topp0.8_minp0.1", new() { Temperature = 0.25, TopK = 5, TopP = 0.8, MinP = 0.1 }),
            ("t0.7_topk5_topp0.8_minp0.1", new() { Temperature = 0.7, TopK = 5, TopP = 0.8, MinP = 0.1 }),
        ];
        for (int i = 0; i < golden.Sequences.Length; i++)
        {
            float[] logits = golden.Tensors.ReadFloats($"logits.{i}");
            int vocabulary = logits.Length / golden.Sequences[i].Length;
            double[] actual = new double[vocabulary];
            foreach ((string filter, TokenTruncation truncation) in filters)
            {
                truncation.Apply(logits.AsSpan(logits.Length - vocabulary), actual);
                float[] expected = golden.Tensors.ReadFloats($"dist.{i}.{filter}");
                for (int token = 0; token < vocabulary; token++)
                {
                    Assert.Equal(expected[token] == 0, actual[token] == 0);
                    Assert.Equal(expected[token], actual[token], 1e-5);
                }
            }
        }
    }

    [Fact]
    public async Task Log_probabilities_of_every_method_are_those_of_the_scorer()
    {
        using var golden = new GoldenModel("qwen3");
        using Transformer transformer = Transformer.Load(golden.Folder);
        using var engine = new TorchLanguageModel(transformer);
        // Twenty of the 1,024 ids end a response, so that lengths differ.
        var model = new WithEndOfSequence(engine, [.. Enumerable.Range(0, 20).Select(i => i * 50)]);
        var sampler = new LanguageModelSampler(model);
        IInferenceMethod[] methods =
        [
            new TemperatureSampling(sampler, 0.8),
            new TruncatedSampling(model, new TokenTruncation { TopP = 0.9 }),
            new BestOfN(sampler, new BestOfNOptions { Candidates = 3, Criterion = LikelihoodCriterion.MeanPerToken }),
            new BeamSearch(model, new BeamSearchOptions { Width = 3 }),
            new PowerSampling(model, new PowerSamplingOptions { Alpha = 2, Blocks = 2, MovesPerBlock = 2 }),
        ];
        InferenceRequest[] requests = [.. golden.Sequences.Select((prompt, i) => new InferenceRequest(prompt, (uint)i))];
        foreach (IInferenceMethod method in methods)
        {
            MethodOutput output = await method.RunAsync(requests, new InferenceSettings { MaxNewTokens = 12, Outputs = 2 },
                TestContext.Current.CancellationToken);
            Completion[] completions = [.. output.Outputs.SelectMany(outputs => outputs)];
            TokenScores[] scores =
                model.Score([.. completions.Select(completion => new TokenSequence(completion.PromptIds, completion.ResponseIds))]);
            for (int i = 0; i < completions.Length; i++)
            {
                for (int t = 0; t < completions[i].Length; t++)
                    Assert.Equal(scores[i].LogProbabilities[t], completions[i].LogProbabilities[t], 1e-4);
            }
        }
    }

    private static void AssertHypotheses(GoldenModel golden, ILanguageModel engine)
    {
        JsonElement beam = golden.Root.GetProperty("beam");
        int width = beam.GetProperty("num_beams").GetInt32(), limit = beam.GetProperty("max_new_tokens").GetInt32();
        foreach (JsonElement test in beam.GetProperty("cases").EnumerateArray())
        {
            var options = new BeamSearchOptions
            {
                Width = width,
                LengthPenalty = test.GetProperty("length_penalty").GetDouble(),
                EarlyStopping = test.GetProperty("early_stopping").GetBoolean(),
            };
            int[] prompt = golden.Sequences[test.GetProperty("prompt_index").GetInt32()];
            var model = new WithEndOfSequence(engine, test.GetProperty("eos_token_id").GetInt32());
            BeamHypothesis[] found =
                new BeamSearch(model, options).Search([prompt], limit, TestContext.Current.CancellationToken).Hypotheses[0];
            JsonElement[] expected = [.. test.GetProperty("hypotheses").EnumerateArray()];
            Assert.Equal(expected.Length, found.Length);
            for (int i = 0; i < expected.Length; i++) AssertHypothesis(expected[i], found[i]);
        }
    }

    private static void AssertHypothesis(JsonElement expected, BeamHypothesis found)
    {
        Assert.Equal(expected.GetProperty("tokens").Deserialize<int[]>(), found.Completion.ResponseIds);
        Assert.Equal(expected.GetProperty("finished").GetBoolean(), found.Completion.StopReason == StopReason.EndOfSequence);
        Assert.Equal(expected.GetProperty("length_in_score").GetInt32(), found.Completion.Length);
        Assert.Equal(expected.GetProperty("sum_logprob").GetDouble(), found.Completion.LogProbability, 1e-4);
        Assert.Equal(expected.GetProperty("score").GetDouble(), found.Score, 1e-4);
    }
}
