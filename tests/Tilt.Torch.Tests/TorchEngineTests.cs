using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using Tilt.Rollouts;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Torch.Tests;

public sealed class TorchEngineTests
{
    private static readonly int[][] Prompts = [[1, 2, 3], [4], [5, 6, 7, 8, 9, 10, 11], [1, 2, 3], [12, 13]];

    internal static ModelConfiguration Shape(string type) => new()
    {
        Family = ModelFamilies.Of(type),
        VocabularySize = 23,
        HiddenSize = 32,
        IntermediateSize = 48,
        LayerCount = 2,
        HeadCount = 4,
        KeyValueHeadCount = 2,
        HeadSize = 12,
        ContextLength = 64,
        TiedEmbeddings = type != "llama",
        EndOfSequenceIds = [0, 22],
    };

    private static Transformer Model(string type = "llama")
    {
        Transformer model = Transformer.Initialize(Shape(type), 11);
        // Sharper than fresh weights, so that rounding is not all there is to compare.
        using (torch.no_grad()) foreach ((_, torch.Tensor value) in model.Parameters) value.mul_(value.dim() == 2 ? 1.6 : 1);
        return model;
    }

    private static SampleRequest[] Requests(int samples) =>
        [.. Prompts.SelectMany((p,
            i) => Enumerable.Range(0, samples)
                .Select(s => new SampleRequest(p, new RandomStream(3, RandomDomain.Rollout, 1, (uint)i, (uint)s))))];

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    public async Task Recorded_log_probabilities_and_entropies_are_the_scores(string type)
    {
        using Transformer transformer = Model(type);
        using var model = new TorchLanguageModel(transformer);
        Completion[] completions = await new TorchSampler(model)
            .SampleAsync(Requests(4), new() { MaxNewTokens = 20, RecordEntropies = true }, TestContext.Current.CancellationToken);
        TokenScores[] scores = model.Score([.. completions.Select(c => new TokenSequence(c.PromptIds, c.ResponseIds))]);
        Assert.Contains(completions, c => c.StopReason == StopReason.EndOfSequence);
        Assert.Contains(completions, c => c.StopReason == StopReason.Length);
        for (int i = 0; i < completions.Length; i++)
        {
            Assert.Equal(completions[i].Length, scores[i].LogProbabilities.Length);
            for (int t = 0; t < completions[i].Length; t++)
            {
                Assert.Equal(scores[i].LogProbabilities[t], completions[i].LogProbabilities[t], 1e-5f);
                Assert.Equal(scores[i].LogProbabilities[t], completions[i].SamplingLogProbabilities[t], 1e-5f);
                Assert.Equal(scores[i].Entropies[t], completions[i].Entropies![t], 1e-5f);
            }
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.7f)]
    [InlineData(1f)]
    public async Task Sampling_agrees_with_stepping_the_language_model(float temperature)
    {
        using Transformer transformer = Model();
        using var model = new TorchLanguageModel(transformer);
        SampleRequest[] requests = Requests(2);
        Completion[] completions = await new TorchSampler(model).SampleAsync(requests,
            new() { MaxNewTokens = 12, Temperature = temperature, IgnoreEndOfSequence = true }, TestContext.Current.CancellationToken);
        using IModelState state = model.Prefill([.. requests.Select(r => r.PromptIds)]);
        int[] tokens = new int[requests.Length];
        float[] sampling = new float[requests.Length], untempered = new float[requests.Length], given = new float[requests.Length];
        for (int t = 0; t < 12; t++)
        {
            if (t > 0) state.Step(tokens);
            state.Sample(temperature, [.. requests.Select(r => r.Stream.Uniform((uint)t))], tokens, sampling, untempered);
            state.LogProbabilities(tokens, given);
            Assert.Equal(untempered, given);
            for (int i = 0; i < requests.Length; i++)
            {
                Assert.Equal(tokens[i], completions[i].ResponseIds[t]);
                Assert.Equal(sampling[i], completions[i].SamplingLogProbabilities[t], 1e-5f);
                Assert.Equal(untempered[i], completions[i].LogProbabilities[t], 1e-5f);
            }
        }
    }

    [Fact]
    public async Task Batches_of_any_size_give_the_same_responses()
    {
        using Transformer transformer = Model();
        using var model = new TorchLanguageModel(transformer);
        SampleRequest[] requests = Requests(4);
        var options = new SamplingOptions { MaxNewTokens = 20 };
        Completion[] whole = await new TorchSampler(model).SampleAsync(requests, options, TestContext.Current.CancellationToken);
        foreach (int slots in new[] { 1, 3, 7 })
        {
            Completion[] parts = await new TorchSampler(model, new() { MaxBatch = slots })
                .SampleAsync(requests, options, TestContext.Current.CancellationToken);
            for (int i = 0; i < whole.Length; i++)
            {
                Assert.Equal(whole[i].ResponseIds, parts[i].ResponseIds);
                Assert.Equal(whole[i].StopReason, parts[i].StopReason);
                for (int t = 0; t < whole[i].Length; t++) Assert.Equal(whole[i].LogProbabilities[t], parts[i].LogProbabilities[t], 1e-5f);
            }
        }
    }

    [Fact]
    public async Task The_end_token_is_included_once_and_only_where_the_response_ended_by_it()
    {
        using Transformer transformer = Model();
        using var model = new TorchLanguageModel(transformer);
        foreach (Completion completion in await new TorchSampler(model)
            .SampleAsync(Requests(8), new() { MaxNewTokens = 15 }, TestContext.Current.CancellationToken))
        {
            int ends = completion.ResponseIds.Count(id => id is 0 or 22);
            if (completion.StopReason == StopReason.EndOfSequence) Assert.True(ends == 1 && completion.ResponseIds[^1] is 0 or 22);
            else Assert.True(ends == 0 && completion.Length == 15);
        }
    }

    [Fact]
    public async Task Fixed_length_responses_go_on_after_end_tokens()
    {
        using Transformer transformer = Model();
        using var model = new TorchLanguageModel(transformer);
        Completion[] completions = await new TorchSampler(model)
            .SampleAsync(Requests(8), new() { MaxNewTokens = 15, IgnoreEndOfSequence = true }, TestContext.Current.CancellationToken);
        Assert.All(completions, c => Assert.True(c is { Length: 15, StopReason: StopReason.Length }));
        Assert.Contains(completions, c => c.ResponseIds.Take(14).Contains(0));
    }

    [Fact]
    public async Task First_tokens_follow_the_model()
    {
        // 20,000 draws: each frequency within 6 standard deviations; false-alarm rate below 23 · 2e-9.
        using Transformer transformer = Model();
        using var model = new TorchLanguageModel(transformer);
        const int Draws = 20000;
        SampleRequest[] requests =
            [.. Enumerable.Range(0, Draws)
                .Select(s => new SampleRequest([1, 2, 3], new RandomStream(5, RandomDomain.Rollout, 0, 0, (uint)s)))];
        Completion[] completions = await new TorchSampler(model, new() { MaxBatch = Draws })
            .SampleAsync(requests, new() { MaxNewTokens = 1 }, TestContext.Current.CancellationToken);
        using IModelState state = model.Prefill([[1, 2, 3]]);
        float[] log = new float[model.VocabularySize];
        state.Row(0, log);
        for (int id = 0; id < log.Length; id++)
        {
            double p = Math.Exp(log[id]), observed = completions.Count(c => c.ResponseIds[0] == id) / (double)Draws;
            Assert.InRange(observed, p - 6 * Math.Sqrt(p * (1 - p) / Draws), p + 6 * Math.Sqrt(p * (1 - p) / Draws));
        }
    }

    [Fact]
    public void Selected_rows_go_on_as_they_would_have_alone()
    {
        using Transformer transformer = Model();
        using var model = new TorchLanguageModel(transformer);
        using IModelState state = model.Prefill(Prompts);
        state.Step([1, 2, 3, 4, 5]);
        state.Select([4, 2, 2, 0]);
        state.Step([6, 7, 8, 9]);
        int[][] whole = [[12, 13, 5, 6], [5, 6, 7, 8, 9, 10, 11, 3, 7], [5, 6, 7, 8, 9, 10, 11, 3, 8], [1, 2, 3, 1, 9]];
        using IModelState fresh = model.Prefill(whole);
        float[] expected = new float[model.VocabularySize], actual = new float[model.VocabularySize];
        for (int row = 0; row < whole.Length; row++)
        {
            fresh.Row(row, expected);
            state.Row(row, actual);
            for (int id = 0; id < expected.Length; id++) Assert.Equal(expected[id], actual[id], 1e-5f);
        }
        state.Select([]);
        Assert.Equal(0, state.BatchSize);
    }

    [Fact]
    public void Top_tokens_are_those_of_the_whole_row_with_ties_by_lower_id()
    {
        using Transformer transformer = Model();
        // Equal rows of the output matrix give equal logits.
        using (torch.no_grad())
            transformer[ParameterLayout.Output].narrow(0, 5, 10).copy_(transformer[ParameterLayout.Output].narrow(0, 5, 1).clone());
        using var model = new TorchLanguageModel(transformer);
        using IModelState state = model.Prefill(Prompts);
        float[] row = new float[model.VocabularySize];
        for (int k = 1; k <= model.VocabularySize; k++)
        {
            int[] tokens = new int[k * Prompts.Length];
            float[] values = new float[k * Prompts.Length];
            state.TopK(k, tokens, values);
            for (int i = 0; i < Prompts.Length; i++)
            {
                state.Row(i, row);
                int[] expected = [.. Enumerable.Range(0, row.Length).OrderByDescending(id => row[id]).ThenBy(id => id).Take(k)];
                Assert.Equal(expected, tokens[(i * k)..((i + 1) * k)]);
            }
        }
    }

    [Fact]
    public async Task New_weights_are_sampled_after_a_refresh_and_versions_count()
    {
        using Transformer transformer = Model();
        using var model = new TorchLanguageModel(transformer);
        var sampler = new TorchSampler(model);
        var options = new SamplingOptions { MaxNewTokens = 10, IgnoreEndOfSequence = true };
        Completion[] before = await sampler.SampleAsync(Requests(1), options, TestContext.Current.CancellationToken);
        using (torch.no_grad()) transformer[ParameterLayout.Output].neg_();
        Completion[] stale = await sampler.SampleAsync(Requests(1), options, TestContext.Current.CancellationToken);
        Assert.Equal(before.SelectMany(c => c.ResponseIds), stale.SelectMany(c => c.ResponseIds));
        Assert.Equal(0, sampler.WeightsVersion);
        model.Refresh();
        Assert.Equal(1, sampler.WeightsVersion);
        Completion[] after = await sampler.SampleAsync(Requests(1), options, TestContext.Current.CancellationToken);
        Assert.NotEqual(before.SelectMany(c => c.ResponseIds), after.SelectMany(c => c.ResponseIds));
    }

    [Fact]
    public async Task Bfloat16_generation_stays_near_float32()
    {
        using Transformer transformer = Model();
        using var model = new TorchLanguageModel(transformer, ComputePrecision.BFloat16);
        Completion[] completions =
            await new TorchSampler(model).SampleAsync(Requests(2), new() { MaxNewTokens = 10 }, TestContext.Current.CancellationToken);
        TokenScores[] scores = model.Score([.. completions.Select(c => new TokenSequence(c.PromptIds, c.ResponseIds))]);
        double mean =
            completions.Zip(scores, (c, s) => c.LogProbabilities.Zip(s.LogProbabilities, (x, y) => Math.Abs(x - y)).Average()).Average();
        Assert.InRange(mean, 1e-6, 0.05);
    }

    [Fact]
    public async Task Requests_that_cannot_be_served_are_refused()
    {
        using Transformer transformer = Model();
        using var model = new TorchLanguageModel(transformer);
        var sampler = new TorchSampler(model);
        RandomStream stream = default;
        await Assert.ThrowsAsync<ArgumentException>(
            () => sampler.SampleAsync([new([], stream)], new() { MaxNewTokens = 1 }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(
            () => sampler.SampleAsync([new([23], stream)], new() { MaxNewTokens = 1 }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(
            () => sampler.SampleAsync([new([1], stream)], new() { MaxNewTokens = 64 }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            sampler.SampleAsync([new([1], stream)], new() { MaxNewTokens = 1, Temperature = -1 }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => sampler.SampleAsync([new([1], stream)], new() { MaxNewTokens = 1 }, new CancellationToken(canceled: true)));
        Assert.Empty(await sampler.SampleAsync([], new() { MaxNewTokens = 1 }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Generation_leaves_no_tensors_behind()
    {
        using Transformer transformer = Model();
        using var model = new TorchLanguageModel(transformer);
        long live = 0;
        for (int round = 0; round < 5; round++)
        {
            using (IModelState state = model.Prefill(Prompts))
            {
                int[] tokens = new int[5];
                float[] floats = new float[5];
                for (int t = 0; t < 20; t++)
                {
                    state.Sample(1, [0.1, 0.3, 0.5, 0.7, 0.9], tokens, floats, floats);
                    state.Entropies(floats);
                    state.TopK(1, tokens, floats);
                    state.Step(tokens);
                }
                state.Select([0, 1]);
            }
            model.Score([new([1], [2, 3])]);
            if (round == 0) live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        }
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
