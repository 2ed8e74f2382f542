using Tilt.HuggingFace.Architecture;
using Tilt.Inference.Fused;
using Tilt.Inference.Vectors;
using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Fused;

public sealed class FusedSamplerTests
{
    private static readonly SamplingOptions Options = new() { MaxNewTokens = 40, RecordEntropies = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. RandomModels.Family.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task Recorded_log_probabilities_are_the_scores(string name)
    {
        ModelConfiguration c = RandomModels.Family[name];
        FusedModel model = RandomModels.Model(c);
        Completion[] completions = await new FusedSampler(model).SampleAsync(RandomModels.Requests(c, 7, 4), Options, Token);
        TokenScores[] scores = model.Score([.. completions.Select(x => new TokenSequence(x.PromptIds, x.ResponseIds))]);
        for (int i = 0; i < scores.Length; i++)
        {
            Assert.Equal(scores[i].LogProbabilities, completions[i].LogProbabilities);
            Assert.Equal(scores[i].LogProbabilities, completions[i].SamplingLogProbabilities);
            Assert.Equal(scores[i].Entropies, completions[i].Entropies);
        }
    }

    [Theory]
    [InlineData(1, 1, 512)]
    [InlineData(3, 1, 512)]
    [InlineData(5, 2, 512)]
    [InlineData(64, 3, 512)]
    [InlineData(7, 3, 256)]
    [InlineData(7, 1, 128)]
    public async Task Responses_do_not_depend_on_block_size_or_threads(int blockSize, int threads, int bits)
    {
        ModelConfiguration c = RandomModels.Family["qwen2 biases"];
        var width = (VectorWidth)bits;
        SampleRequest[] requests = RandomModels.Requests(c, 9, 5);
        Completion[] expected = await new FusedSampler(RandomModels.Model(c, width: width), 16).SampleAsync(requests, Options, Token);
        Completion[] actual =
            await new FusedSampler(RandomModels.Model(c, threads, width: width), blockSize).SampleAsync(requests, Options, Token);
        for (int i = 0; i < requests.Length; i++)
        {
            Assert.Same(requests[i].PromptIds, actual[i].PromptIds);
            Assert.Equal(expected[i].ResponseIds, actual[i].ResponseIds);
            Assert.Equal(expected[i].LogProbabilities, actual[i].LogProbabilities);
            Assert.Equal(expected[i].Entropies, actual[i].Entropies);
        }
    }

    [Fact]
    public async Task Responses_do_not_depend_on_the_other_requests()
    {
        ModelConfiguration c = RandomModels.Llama;
        var sampler = new FusedSampler(RandomModels.Model(c));
        SampleRequest[] requests = RandomModels.Requests(c, 6, 3);
        Completion[] together = await sampler.SampleAsync(requests, Options, Token);
        Completion[] reversed = await sampler.SampleAsync([.. requests.Reverse()], Options, Token);
        for (int i = 0; i < requests.Length; i++)
        {
            Completion alone = (await sampler.SampleAsync([requests[i]], Options, Token))[0];
            Assert.Equal(alone.ResponseIds, together[i].ResponseIds);
            Assert.Equal(alone.LogProbabilities, together[i].LogProbabilities);
            Assert.Equal(alone.LogProbabilities, reversed[^(i + 1)].LogProbabilities);
        }
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(0.7f)]
    [InlineData(2.5f)]
    [InlineData(0f)]
    public async Task Sampling_agrees_with_stepping(float temperature)
    {
        ModelConfiguration c = RandomModels.Family["qwen3 head norms"];
        FusedModel model = RandomModels.Model(c);
        SampleRequest[] requests = RandomModels.Requests(c, 4, 3);
        SamplingOptions options = Options with { Temperature = temperature, IgnoreEndOfSequence = true };
        Completion[] completions = await new FusedSampler(model).SampleAsync(requests, options, Token);
        using IModelState state = model.Prefill([.. requests.Select(r => r.PromptIds)]);
        int batch = requests.Length;
        var tokens = new int[batch];
        float[] sampling = new float[batch], logProbabilities = new float[batch], entropies = new float[batch];
        for (int t = 0; t < options.MaxNewTokens; t++)
        {
            state.Entropies(entropies);
            state.Sample(temperature, [.. requests.Select(r => r.Stream.Uniform((uint)t))], tokens, sampling, logProbabilities);
            for (int i = 0; i < batch; i++)
            {
                Assert.Equal(tokens[i], completions[i].ResponseIds[t]);
                Assert.Equal(sampling[i], completions[i].SamplingLogProbabilities[t]);
                Assert.Equal(logProbabilities[i], completions[i].LogProbabilities[t]);
                Assert.Equal(entropies[i], completions[i].Entropies![t]);
            }
            if (t + 1 < options.MaxNewTokens) state.Step(tokens);
        }
    }

    [Fact]
    public async Task Tempered_log_probabilities_are_those_of_the_tempered_distribution()
    {
        ModelConfiguration c = RandomModels.Llama;
        FusedModel model = RandomModels.Model(c);
        SampleRequest[] requests = RandomModels.Requests(c, 5, 2);
        Completion[] completions =
            await new FusedSampler(model).SampleAsync(requests, new SamplingOptions { MaxNewTokens = 1, Temperature = 0.6f }, Token);
        var reference = new ReferenceTransformer(c, RandomModels.Weights(c));
        foreach (Completion completion in completions)
        {
            double[] tempered = ReferenceTransformer.LogSoftmax([.. reference.Logits(completion.PromptIds)[^1].Select(l => l / 0.6f)]);
            Assert.Equal(tempered[completion.ResponseIds[0]], completion.SamplingLogProbabilities[0], 1e-4);
            Assert.Null(completion.Entropies);
        }
    }

    [Fact]
    public async Task Greedy_takes_the_most_likely_token()
    {
        ModelConfiguration c = RandomModels.Llama;
        FusedModel model = RandomModels.Model(c);
        SamplingOptions options = Options with { Temperature = 0f, IgnoreEndOfSequence = true };
        Completion completion = (await new FusedSampler(model).SampleAsync(RandomModels.Requests(c, 1, 1), options, Token))[0];
        double[][] expected =
            new ReferenceTransformer(c, RandomModels.Weights(c)).LogProbabilities([.. completion.PromptIds, .. completion.ResponseIds]);
        for (int t = 0; t < completion.Length; t++)
        {
            double[] row = expected[completion.PromptIds.Length - 1 + t];
            Assert.Equal(row.Max(), row[completion.ResponseIds[t]], 1e-5);
            Assert.Equal(0f, completion.SamplingLogProbabilities[t]);
            Assert.Equal(row[completion.ResponseIds[t]], completion.LogProbabilities[t], 1e-4);
        }
    }

    [Fact]
    public async Task The_end_of_sequence_token_is_included_once_and_ends_the_response()
    {
        ModelConfiguration c = RandomModels.Llama with { EndOfSequenceIds = [3, 11, 25] };
        Completion[] completions =
            await new FusedSampler(RandomModels.Model(c)).SampleAsync(RandomModels.Requests(c, 10, 10), Options, Token);
        foreach (Completion completion in completions)
        {
            int end = Array.FindIndex(completion.ResponseIds, id => c.EndOfSequenceIds.Contains(id));
            Assert.Equal(end >= 0 ? StopReason.EndOfSequence : StopReason.Length, completion.StopReason);
            Assert.Equal(end >= 0 ? end + 1 : 40, completion.Length);
        }
        Assert.Contains(completions, x => x.StopReason == StopReason.EndOfSequence && x.Length == 1);
        Assert.Contains(completions, x => x.StopReason == StopReason.EndOfSequence && x.Length > 20);
    }

    [Fact]
    public async Task Fixed_length_ignores_the_end_of_sequence()
    {
        ModelConfiguration c = RandomModels.Llama with { EndOfSequenceIds = [3, 11, 25] };
        var sampler = new FusedSampler(RandomModels.Model(c));
        SampleRequest[] requests = RandomModels.Requests(c, 5, 4);
        Completion[] ended = await sampler.SampleAsync(requests, Options, Token);
        Completion[] whole = await sampler.SampleAsync(requests, Options with { IgnoreEndOfSequence = true }, Token);
        for (int i = 0; i < requests.Length; i++)
        {
            Assert.Equal(40, whole[i].Length);
            Assert.Equal(StopReason.Length, whole[i].StopReason);
            Assert.Equal(ended[i].ResponseIds, whole[i].ResponseIds[..ended[i].Length]);
        }
    }

    /// <summary>
    /// Pearson's statistic over the 40 first tokens of 20,000 samples; χ² with 39 degrees of freedom passes 115 with probability 2e-9.
    /// </summary>
    [Theory]
    [InlineData(1f)]
    [InlineData(0.5f)]
    public async Task Frequencies_are_the_probabilities(float temperature)
    {
        ModelConfiguration c = RandomModels.Llama;
        int[] prompt = RandomModels.Tokens(c, 6, 1);
        SampleRequest[] requests =
            [.. Enumerable.Range(0, 20000)
                .Select(i => new SampleRequest(prompt, new RandomStream(5, RandomDomain.Rollout, 0, 0, (uint)i)))];
        Completion[] completions =
            await new FusedSampler(RandomModels.Model(c))
                .SampleAsync(requests, new SamplingOptions { MaxNewTokens = 1, Temperature = temperature }, Token);
        double[] logits = new ReferenceTransformer(c, RandomModels.Weights(c)).Logits(prompt)[^1];
        double[] probabilities = [.. ReferenceTransformer.LogSoftmax([.. logits.Select(l => l / temperature)]).Select(Math.Exp)];
        int[] counts = new int[c.VocabularySize];
        foreach (Completion completion in completions) counts[completion.ResponseIds[0]]++;
        double statistic = probabilities.Select((p, i) => Math.Pow(counts[i] - 20000 * p, 2) / (20000 * p)).Sum();
        Assert.InRange(statistic, 0, 115);
    }

    [Fact]
    public async Task Wrong_requests_are_refused()
    {
        ModelConfiguration c = RandomModels.Llama;
        var sampler = new FusedSampler(RandomModels.Model(c));
        Task<Completion[]> Sample(int[] prompt, SamplingOptions options) =>
            sampler.SampleAsync([new SampleRequest(prompt, default)], options, Token);
        await Assert.ThrowsAsync<ArgumentException>(() => Sample([], Options));
        await Assert.ThrowsAsync<ArgumentException>(() => Sample([40], Options));
        await Assert.ThrowsAsync<ArgumentException>(() => Sample(new int[89], Options));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Sample([1], Options with { Temperature = -1f }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Sample([1], Options with { Temperature = float.NaN }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Sample([1], Options with { MaxNewTokens = 0 }));
        Assert.Empty(await sampler.SampleAsync([], Options, Token));
        Assert.Equal(40, (await Sample(new int[88], Options with { IgnoreEndOfSequence = true }))[0].Length);
    }

    [Fact]
    public async Task A_cancelled_call_throws()
    {
        ModelConfiguration c = RandomModels.Llama;
        var sampler = new FusedSampler(RandomModels.Model(c));
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => sampler.SampleAsync(RandomModels.Requests(c, 5, 4), Options, source.Token));
    }
}
