using Tilt.Rollouts;

namespace Tilt.Inference.Counting;

/// <summary>A language model that tells how many tokens are appended to its states while they are.</summary>
/// <param name="model">The model.</param>
/// <param name="appended">Told numbers of tokens, from any thread.</param>
public sealed class CountedModel(ILanguageModel model, IProgress<int> appended) : ILanguageModel
{
    /// <inheritdoc/>
    public int VocabularySize => model.VocabularySize;

    /// <inheritdoc/>
    public IReadOnlyList<int> EndOfSequenceIds => model.EndOfSequenceIds;

    /// <inheritdoc/>
    public int ContextLength => model.ContextLength;

    /// <inheritdoc/>
    public IModelState Prefill(IReadOnlyList<int[]> prompts) => new State(model.Prefill(prompts), appended);

    /// <inheritdoc/>
    public TokenScores[] Score(IReadOnlyList<TokenSequence> sequences) => model.Score(sequences);

    private sealed class State(IModelState state, IProgress<int> appended) : IModelState
    {
        public int BatchSize => state.BatchSize;

        public void Step(ReadOnlySpan<int> tokens)
        {
            state.Step(tokens);
            appended.Report(tokens.Length);
        }

        public void Select(ReadOnlySpan<int> indices) => state.Select(indices);

        public void TopK(int k, Span<int> tokens, Span<float> logProbabilities) => state.TopK(k, tokens, logProbabilities);

        public void Sample(float temperature, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities,
            Span<float> logProbabilities) =>
            state.Sample(temperature, uniforms, tokens, samplingLogProbabilities, logProbabilities);

        public void LogProbabilities(ReadOnlySpan<int> tokens, Span<float> logProbabilities) =>
            state.LogProbabilities(tokens, logProbabilities);

        public void Entropies(Span<float> entropies) => state.Entropies(entropies);

        public void Row(int row, Span<float> logProbabilities) => state.Row(row, logProbabilities);

        public void Dispose() => state.Dispose();
    }
}
