using Tilt.Inference.Counting;
using Tilt.Inference.Methods.Sampling;
using Tilt.Rollouts;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;

namespace Tilt.Torch.Tests.Decoding;

/// <summary>What is told while responses are made.</summary>
public sealed class DrawnTokensTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public DrawnTokensTests()
    {
        using Transformer transformer = Transformer.Initialize(TorchEngineTests.Shape("qwen3"), 4);
        transformer.Save(_folder);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(EngineChoice.Fused)]
    [InlineData(EngineChoice.Libtorch)]
    public async Task Samplers_tell_every_token_that_they_draw(EngineChoice engine)
    {
        using LoadedModel loaded = LoadedModel.Load(_folder, new() { Engine = engine });
        SampleRequest[] requests =
            [.. Enumerable.Range(0, 5)
                .Select(i => new SampleRequest([1 + i, 2], new RandomStream(7, RandomDomain.Evaluation, 0, (uint)i, 0)))];
        foreach (ISampler sampler in (ISampler[])[loaded.Sampler, new LanguageModelSampler(loaded.Model)])
        {
            var drawn = new Sum();
            Completion[] completions = await new CountedSampler(sampler, drawn)
                .SampleAsync(requests, new() { MaxNewTokens = 6 }, TestContext.Current.CancellationToken);
            Assert.Equal(completions.Sum(completion => completion.ResponseIds.Length), drawn.Total);
        }
    }

    [Fact]
    public void Models_tell_what_is_appended_and_are_otherwise_as_they_are()
    {
        using LoadedModel loaded = LoadedModel.Load(_folder, new() { Engine = EngineChoice.Libtorch });
        var appended = new Sum();
        var counted = new CountedModel(loaded.Model, appended);
        using IModelState state = counted.Prefill([[1, 2], [3]]), plain = loaded.Model.Prefill([[1, 2], [3]]);
        Assert.Equal(0, appended.Total);
        foreach (IModelState each in (IModelState[])[state, plain]) each.Step([4, 5]);
        Assert.Equal(2, appended.Total);
        float[] actual = new float[counted.VocabularySize], expected = new float[counted.VocabularySize];
        state.Row(1, actual);
        plain.Row(1, expected);
        Assert.Equal(expected, actual);
        state.Select([0]);
        state.Step([6]);
        Assert.Equal((1, 3), (state.BatchSize, appended.Total));
    }

    [Fact]
    public void Scoring_ends_between_blocks_when_it_is_cancelled()
    {
        using Transformer transformer = Transformer.LoadFrozen(_folder);
        using var ended = new CancellationTokenSource();
        ended.Cancel();
        Assert.Throws<OperationCanceledException>(() => transformer.ResponseLogProbabilitiesAndEntropies([new([1], [2, 3])],
            ComputePrecision.BFloat16, cancellationToken: ended.Token));
    }

    private sealed class Sum : IProgress<int>
    {
        private int _total;

        public int Total => _total;

        public void Report(int value) => Interlocked.Add(ref _total, value);
    }
}
