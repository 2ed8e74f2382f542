using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;

namespace Tilt.HuggingFace.Tests.Architecture;

public sealed class EngineFeaturesTests
{
    private static readonly ModelConfiguration Qwen = TinyShape.Llama with { Family = Qwen3.Family, RopeScaling = new(8, 1, 4, 32) };

    [Theory]
    [InlineData(BlockFeatures.None, "an output matrix tied to the embedding")]
    [InlineData(BlockFeatures.TiedEmbeddings | BlockFeatures.Llama3Rotary, "does not know norms of queries and keys, which")]
    [InlineData(BlockFeatures.TiedEmbeddings | BlockFeatures.HeadNorms, "does not know llama3 rotary scaling, which")]
    [InlineData(BlockFeatures.TiedEmbeddings | BlockFeatures.AttentionBias,
        "does not know norms of queries and keys, llama3 rotary scaling, which")]
    public void An_engine_that_lacks_features_declines_by_their_names(BlockFeatures known, string expected)
    {
        string message = Assert.Throws<InputException>(() => known.Require(Qwen, "The engine", "Take another.")).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith("The engine does not know ", message, StringComparison.Ordinal);
        Assert.EndsWith("which this model of the family qwen3 has. Take another.", message, StringComparison.Ordinal);
        Assert.False(known.Cover(Qwen));
    }

    [Fact]
    public void An_engine_that_knows_more_takes_the_model()
    {
        const BlockFeatures All =
            BlockFeatures.AttentionBias | BlockFeatures.HeadNorms | BlockFeatures.TiedEmbeddings | BlockFeatures.Llama3Rotary;
        All.Require(Qwen, "The engine", "");
        Assert.True(All.Cover(Qwen));
    }

    [Fact]
    public void Every_feature_has_a_name_for_people()
    {
        foreach (BlockFeatures feature in Enum.GetValues<BlockFeatures>())
            Assert.NotEqual(feature.ToString(), EngineFeatures.Describe(feature));
    }
}
