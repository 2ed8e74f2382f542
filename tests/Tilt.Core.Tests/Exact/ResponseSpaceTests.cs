using Tilt.Exact;
using Tilt.Rollouts;

namespace Tilt.Core.Tests.Exact;

public sealed class ResponseSpaceTests
{
    private static readonly RandomStream Seeded = new(7, RandomDomain.Initialization, 0, 0, 0);

    [Fact]
    public void With_the_end_of_sequence_ignored_every_response_fills_the_limit()
    {
        var model = TabularLanguageModel.Random(Seeded, 3, [2], 16);
        var space = ResponseSpace.Enumerate(model, [0], 4, ignoreEndOfSequence: true);
        Assert.Equal(81, space.Count);
        Assert.All(space.Responses, response => Assert.Equal(4, response.ResponseIds.Length));
        Assert.All(space.Responses, response => Assert.False(response.Finished));
        Assert.Equal(1, space.Law().Sum(), 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_response_is_found_again_by_its_ids_and_has_the_models_probability(bool ignoreEndOfSequence)
    {
        var model = TabularLanguageModel.Random(Seeded, 4, [1], 16);
        var space = ResponseSpace.Enumerate(model, [0, 2], 4, ignoreEndOfSequence);
        for (int i = 0; i < space.Count; i++)
        {
            int[] ids = space.ResponseIds(i);
            Assert.Equal(i, space.IndexOf(ids));
            Assert.Equal(ids.Length, space.Lengths[i]);
            Assert.Equal(model.TokenLogProbabilities([0, 2], ids).Sum(), space.LogProbabilities[i], 1e-12);
            if (i > 0) Assert.True(space.ResponseIds(i - 1).AsSpan().SequenceCompareTo(ids) < 0, "The order is not lexicographic.");
        }
        Assert.Equal(-1, space.IndexOf([0]));
        Assert.Equal(-1, space.IndexOf([4]));
        Assert.Equal(-1, space.IndexOf([]));
        Assert.Equal(-1, space.IndexOf([.. space.ResponseIds(0), 0]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(256)]
    public void Any_language_model_is_enumerated_in_batches_of_any_size(int batchSize)
    {
        var model = TabularLanguageModel.Random(Seeded, 4, [3], 16);
        var exact = ResponseSpace.Enumerate(model, [0], 5);
        var read = ResponseSpace.Enumerate(new Opaque(model), [0], 5, batchSize: batchSize,
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(exact.Count, read.Count);
        for (int i = 0; i < exact.Count; i++)
        {
            Assert.Equal(exact.ResponseIds(i), read.ResponseIds(i));
            Assert.Equal(exact.LogProbabilities[i], read.LogProbabilities[i], 1e-6);
            Assert.Equal(exact.Finished[i], read.Finished[i]);
        }
        Assert.Equal(1, read.Law().Sum(), 1e-12);
    }

    [Fact]
    public void Float32_distributions_are_read_again_only_where_a_level_does_not_fit_a_state()
    {
        var opaque = new Opaque(TabularLanguageModel.Random(Seeded, 3, [2], 16));
        ResponseSpace.Enumerate(opaque, [0], 5, batchSize: 16, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, opaque.Prefills);
        ResponseSpace.Enumerate(opaque, [0], 5, batchSize: 8, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(4, opaque.Prefills);
    }

    [Fact]
    public void A_space_too_large_to_enumerate_is_refused()
    {
        var model = new TabularLanguageModel(100, [], 64, _ => [.. Enumerable.Repeat(0.01, 100)]);
        var exception = Assert.Throws<InputException>(() => ResponseSpace.Enumerate(model, [0], 8));
        Assert.Contains("10,000,000", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>A model that does not show that it is a table.</summary>
    private sealed class Opaque(TabularLanguageModel model) : ILanguageModel
    {
        public int Prefills { get; private set; }

        public int VocabularySize => model.VocabularySize;

        public IReadOnlyList<int> EndOfSequenceIds => model.EndOfSequenceIds;

        public int ContextLength => model.ContextLength;

        public IModelState Prefill(IReadOnlyList<int[]> prompts)
        {
            Prefills++;
            return model.Prefill(prompts);
        }

        public TokenScores[] Score(IReadOnlyList<TokenSequence> sequences) => model.Score(sequences);
    }
}
