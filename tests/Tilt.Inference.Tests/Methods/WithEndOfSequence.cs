using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Methods;

/// <summary>A model with end-of-sequence ids of the test's choice.</summary>
internal sealed class WithEndOfSequence(ILanguageModel model, params int[] endOfSequenceIds) : ILanguageModel
{
    public int VocabularySize => model.VocabularySize;

    public IReadOnlyList<int> EndOfSequenceIds => endOfSequenceIds;

    public int ContextLength => model.ContextLength;

    public IModelState Prefill(IReadOnlyList<int[]> prompts) => model.Prefill(prompts);

    public TokenScores[] Score(IReadOnlyList<TokenSequence> sequences) => model.Score(sequences);
}
