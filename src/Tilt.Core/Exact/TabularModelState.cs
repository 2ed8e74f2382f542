using Tilt.Rollouts;

namespace Tilt.Exact;

/// <summary>State of a <see cref="TabularLanguageModel"/>: the context of every row with the distribution after it.</summary>
internal sealed class TabularModelState : IModelState
{
    private readonly TabularLanguageModel _model;
    private Row[] _rows;

    public TabularModelState(TabularLanguageModel model, IReadOnlyList<int[]> prompts)
    {
        _model = model;
        _rows = [.. prompts.Select(prompt => new Row([.. prompt], model.Next(prompt)))];
    }

    public int BatchSize => _rows.Length;

    public void Step(ReadOnlySpan<int> tokens)
    {
        CheckLength(tokens.Length, 1);
        for (int i = 0; i < _rows.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)_model.VocabularySize)
                throw new ArgumentException($"The token id {tokens[i]} is outside the vocabulary 0 … {_model.VocabularySize - 1}.",
                    nameof(tokens));
            if (_rows[i].Context.Length == _model.ContextLength)
                throw new InvalidOperationException($"A sequence has reached the context length of {_model.ContextLength} tokens.");
            int[] context = [.. _rows[i].Context, tokens[i]];
            _rows[i] = new Row(context, _model.Next(context));
        }
    }

    public void Select(ReadOnlySpan<int> indices)
    {
        var selected = new Row[indices.Length];
        for (int i = 0; i < selected.Length; i++) selected[i] = _rows[indices[i]];
        _rows = selected;
    }

    public void TopK(int k, Span<int> tokens, Span<float> logProbabilities)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, _model.VocabularySize);
        CheckLength(tokens.Length, k);
        for (int i = 0; i < _rows.Length; i++)
        {
            double[] next = _rows[i].Next;
            int[] order = [.. Enumerable.Range(0, next.Length).OrderByDescending(token => next[token]).Take(k)];
            for (int rank = 0; rank < k; rank++)
            {
                tokens[i * k + rank] = order[rank];
                logProbabilities[i * k + rank] = (float)Math.Log(next[order[rank]]);
            }
        }
    }

    public void Sample(float temperature, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities,
        Span<float> logProbabilities)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(temperature);
        CheckLength(uniforms.Length, 1);
        Span<double> tempered = stackalloc double[_model.VocabularySize];
        for (int i = 0; i < _rows.Length; i++)
        {
            double[] next = _rows[i].Next;
            next.CopyTo(tempered);
            if (temperature == 0) TakeMostLikely(tempered);
            else if (temperature != 1) TabularLanguageModel.Temper(tempered, temperature);
            int token = Draw(tempered, uniforms[i]);
            tokens[i] = token;
            samplingLogProbabilities[i] = (float)Math.Log(tempered[token]);
            logProbabilities[i] = (float)Math.Log(next[token]);
        }
    }

    public void LogProbabilities(ReadOnlySpan<int> tokens, Span<float> logProbabilities)
    {
        CheckLength(tokens.Length, 1);
        for (int i = 0; i < _rows.Length; i++) logProbabilities[i] = (float)Math.Log(_rows[i].Next[tokens[i]]);
    }

    public void Entropies(Span<float> entropies)
    {
        for (int i = 0; i < _rows.Length; i++) entropies[i] = (float)TabularLanguageModel.Entropy(_rows[i].Next);
    }

    void IModelState.Row(int row, Span<float> logProbabilities)
    {
        double[] next = _rows[row].Next;
        for (int token = 0; token < next.Length; token++) logProbabilities[token] = (float)Math.Log(next[token]);
    }

    public void Dispose()
    {
    }

    private static void TakeMostLikely(Span<double> probabilities)
    {
        int best = 0;
        for (int token = 1; token < probabilities.Length; token++)
        {
            if (probabilities[token] > probabilities[best]) best = token;
        }
        probabilities.Clear();
        probabilities[best] = 1;
    }

    private static int Draw(ReadOnlySpan<double> probabilities, double uniform)
    {
        double cumulative = 0;
        int last = 0;
        for (int token = 0; token < probabilities.Length; token++)
        {
            if (probabilities[token] == 0) continue;
            cumulative += probabilities[token];
            last = token;
            if (uniform < cumulative) break;
        }
        // Rounding can leave the sum below a uniform number close to 1: the last possible token then.
        return last;
    }

    private void CheckLength(int length, int perRow)
    {
        if (length != _rows.Length * perRow)
            throw new ArgumentException(
                $"The batch has {_rows.Length} rows and needs {_rows.Length * perRow} entries; {length} were given.");
    }

    private readonly record struct Row(int[] Context, double[] Next);
}
