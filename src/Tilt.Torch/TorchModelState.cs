using Tilt.Rollouts;
using Tilt.Torch.Decoding;

namespace Tilt.Torch;

/// <summary>Sequences in the middle of generation by libtorch. Equal prompts are read once.</summary>
internal sealed class TorchModelState : IModelState
{
    private readonly TorchEngine _engine;
    private readonly KeyValueCache _cache;
    private INextTokenDistributions _distributions;
    private bool _disposed;

    public TorchModelState(TorchEngine engine, IReadOnlyList<int[]> prompts)
    {
        this._engine = engine.Acquire();
        (int[][] distinct, int[] indices) = PromptSet.Distinct(prompts);
        int longest = distinct.Max(p => p.Length);
        _cache = engine.Decoder.NewCache(distinct.Length,
            Math.Min(longest + Math.Max(32, longest / 4), engine.Decoder.Configuration.ContextLength));
        _distributions = engine.Decoder.Prefill(_cache, distinct);
        if (distinct.Length != prompts.Count) Select(indices);
    }

    public int BatchSize => _cache.RowCount;

    public void Step(ReadOnlySpan<int> tokens)
    {
        if (tokens.Length != BatchSize)
            throw new ArgumentException($"One token for each of {BatchSize} rows is needed, not {tokens.Length}.", nameof(tokens));
        int context = _engine.Decoder.Configuration.ContextLength, vocabulary = _distributions.VocabularySize;
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)vocabulary)
                throw new ArgumentException($"Token id {tokens[i]} of row {i} is outside the vocabulary of {vocabulary}.", nameof(tokens));
            if (_cache.Lengths[i] >= context)
                throw new ArgumentException($"Row {i} already fills the model's context of {context} tokens.", nameof(tokens));
        }
        Replace(_engine.Decoder.Step(_cache, tokens));
    }

    public void Select(ReadOnlySpan<int> indices)
    {
        _cache.Select(indices);
        Replace(_distributions.Select(indices));
    }

    public void TopK(int k, Span<int> tokens, Span<float> logProbabilities) => _distributions.TopK(k, tokens, logProbabilities);

    public void Sample(float temperature, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities,
        Span<float> logProbabilities) =>
        _distributions.Sample(temperature, uniforms, tokens, samplingLogProbabilities, logProbabilities);

    public void LogProbabilities(ReadOnlySpan<int> tokens, Span<float> logProbabilities) =>
        _distributions.LogProbabilities(tokens, logProbabilities);

    public void Entropies(Span<float> entropies) => _distributions.Entropies(entropies);

    public void Row(int row, Span<float> logProbabilities) => _distributions.Row(row, logProbabilities);

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _distributions.Dispose();
        _cache.Dispose();
        _engine.Release();
    }

    private void Replace(INextTokenDistributions next)
    {
        _distributions.Dispose();
        _distributions = next;
    }
}
