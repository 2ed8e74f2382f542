using Tilt.Rollouts;
using Tilt.Torch.Decoding;

namespace Tilt.Torch;

/// <summary>Sequences in the middle of generation by libtorch. Equal prompts are read once.</summary>
internal sealed class TorchModelState : IModelState
{
    private readonly TorchEngine engine;
    private readonly KeyValueCache cache;
    private INextTokenDistributions distributions;
    private bool disposed;

    public TorchModelState(TorchEngine engine, IReadOnlyList<int[]> prompts)
    {
        this.engine = engine.Acquire();
        (int[][] distinct, int[] indices) = PromptSet.Distinct(prompts);
        int longest = distinct.Max(p => p.Length);
        cache = engine.Decoder.NewCache(distinct.Length, Math.Min(longest + Math.Max(32, longest / 4), engine.Decoder.Configuration.ContextLength));
        distributions = engine.Decoder.Prefill(cache, distinct);
        if (distinct.Length != prompts.Count) Select(indices);
    }

    public int BatchSize => cache.RowCount;

    public void Step(ReadOnlySpan<int> tokens)
    {
        if (tokens.Length != BatchSize) throw new ArgumentException($"One token for each of {BatchSize} rows is needed, not {tokens.Length}.", nameof(tokens));
        int context = engine.Decoder.Configuration.ContextLength, vocabulary = distributions.VocabularySize;
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)vocabulary) throw new ArgumentException($"Token id {tokens[i]} of row {i} is outside the vocabulary of {vocabulary}.", nameof(tokens));
            if (cache.Lengths[i] >= context) throw new ArgumentException($"Row {i} already fills the model's context of {context} tokens.", nameof(tokens));
        }
        Replace(engine.Decoder.Step(cache, tokens));
    }

    public void Select(ReadOnlySpan<int> indices)
    {
        cache.Select(indices);
        Replace(distributions.Select(indices));
    }

    public void TopK(int k, Span<int> tokens, Span<float> logProbabilities) => distributions.TopK(k, tokens, logProbabilities);

    public void Sample(float temperature, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities, Span<float> logProbabilities) =>
        distributions.Sample(temperature, uniforms, tokens, samplingLogProbabilities, logProbabilities);

    public void LogProbabilities(ReadOnlySpan<int> tokens, Span<float> logProbabilities) => distributions.LogProbabilities(tokens, logProbabilities);

    public void Entropies(Span<float> entropies) => distributions.Entropies(entropies);

    public void Row(int row, Span<float> logProbabilities) => distributions.Row(row, logProbabilities);

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        distributions.Dispose();
        cache.Dispose();
        engine.Release();
    }

    private void Replace(INextTokenDistributions next)
    {
        distributions.Dispose();
        distributions = next;
    }
}
