using Tilt.Exact;
using Tilt.HuggingFace.Architecture;
using Tilt.Inference.Fused;
using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Fused;

/// <summary>The response space of a transformer, enumerated through the interface that every method uses.</summary>
public sealed class EnumerationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_transformer_with_few_tokens_is_enumerated_like_a_table(bool ignoreEndOfSequence)
    {
        ModelConfiguration configuration = RandomModels.Llama with { VocabularySize = 6 };
        FusedModel model = RandomModels.Model(configuration);
        int[] prompt = [0, 4, 1];
        ResponseSpace space =
            ResponseSpace.Enumerate(model, prompt, 4, ignoreEndOfSequence, batchSize: 50, TestContext.Current.CancellationToken);

        Assert.Equal(ignoreEndOfSequence ? 6 * 6 * 6 * 6 : 1 + 5 + 25 + 125 + 625, space.Count);
        Assert.Equal(1, space.Law().Sum(), 1e-12);
        TokenScores[] scores = model.Score([.. space.Responses.Select(response => new TokenSequence(prompt, response.ResponseIds))]);
        for (int i = 0; i < space.Count; i++) Assert.Equal(scores[i].LogProbability, space.LogProbabilities[i], 1e-4);
    }
}
