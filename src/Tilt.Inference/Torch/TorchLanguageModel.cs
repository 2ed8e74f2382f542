using Tilt.Models;
using Tilt.Rollouts;
using static TorchSharp.torch;

namespace Tilt.Inference;

/// <summary>
/// A transformer behind <see cref="ILanguageModel"/>, computed by libtorch: any size, any device. It generates from a snapshot of
/// the weights; <see cref="Refresh"/> takes a new one. Scores come from the model's current weights in float32.
/// </summary>
/// <remarks>Not for use by several threads at once. States made before a refresh go on with the old weights.</remarks>
public sealed class TorchLanguageModel : ILanguageModel, IDisposable
{
    /// <summary>Tokens scored at once.</summary>
    private const int ScoringTokens = 4096;

    private readonly Transformer model;
    private readonly ComputePrecision precision;
    private TorchEngine engine;

    /// <summary>Prepares a model for generation.</summary>
    /// <param name="model">The model; it is not owned and must outlive this object.</param>
    /// <param name="precision">Precision of the products in generation; BFloat16 halves weights and cache and rounds more.</param>
    public TorchLanguageModel(Transformer model, ComputePrecision precision = ComputePrecision.Float32)
    {
        (this.model, this.precision) = (model, precision);
        engine = new TorchEngine(model, precision);
    }

    /// <summary>Counts the snapshots of the weights, from 0.</summary>
    public long WeightsVersion { get; private set; }

    /// <inheritdoc/>
    public int VocabularySize => model.Configuration.VocabularySize;

    /// <inheritdoc/>
    public IReadOnlyList<int> EndOfSequenceIds => model.Configuration.EndOfSequenceIds;

    /// <inheritdoc/>
    public int ContextLength => model.Configuration.ContextLength;

    internal ModelConfiguration Configuration => model.Configuration;

    internal ComputePrecision Precision => precision;

    internal TorchEngine Engine => engine;

    /// <summary>Takes a new snapshot of the model's weights, for example after a training step.</summary>
    public void Refresh()
    {
        engine.Release();
        engine = new TorchEngine(model, precision);
        WeightsVersion++;
    }

    /// <inheritdoc/>
    public IModelState Prefill(IReadOnlyList<int[]> prompts)
    {
        if (prompts.Count == 0) throw new ArgumentException("There are no prompts; at least one is needed.", nameof(prompts));
        foreach (int[] prompt in prompts) CheckPrompt(prompt, 0);
        return new TorchModelState(engine, prompts);
    }

    /// <inheritdoc/>
    public TokenScores[] Score(IReadOnlyList<TokenSequence> sequences)
    {
        using var grad = no_grad();
        var scores = new TokenScores[sequences.Count];
        // Longest first, so that sequences of similar length are computed together.
        int[] order = [.. Enumerable.Range(0, sequences.Count).OrderByDescending(i => sequences[i].PromptIds.Length + sequences[i].ResponseIds.Length)];
        for (int begin = 0, end; begin < order.Length; begin = end)
        {
            int longest = Math.Max(1, sequences[order[begin]].PromptIds.Length + sequences[order[begin]].ResponseIds.Length);
            end = Math.Min(order.Length, begin + Math.Max(1, ScoringTokens / longest));
            Score(sequences, order.AsSpan(begin, end - begin), scores);
        }
        return scores;
    }

    /// <summary>Frees the snapshot once no state uses it; the model itself stays.</summary>
    public void Dispose() => engine.Release();

    /// <exception cref="ArgumentException">The prompt cannot be read.</exception>
    internal void CheckPrompt(int[] prompt, int newTokens)
    {
        if (prompt.Length == 0) throw new ArgumentException("A prompt is empty; at least one token is needed.");
        if (prompt.Length + newTokens > ContextLength)
            throw new ArgumentException($"A prompt of {prompt.Length} tokens and {newTokens} new ones exceed the model's context of {ContextLength}.");
        foreach (int id in prompt)
            if ((uint)id >= (uint)VocabularySize) throw new ArgumentException($"A prompt holds token id {id}; the vocabulary has ids 0 to {VocabularySize - 1}.");
    }

    private void Score(IReadOnlyList<TokenSequence> sequences, ReadOnlySpan<int> indices, TokenScores[] scores)
    {
        using var scope = NewDisposeScope();
        var batch = new TokenSequence[indices.Length];
        for (int i = 0; i < batch.Length; i++) batch[i] = sequences[indices[i]];
        (Tensor logProbabilities, Tensor entropies) = model.ResponseLogProbabilitiesAndEntropies(batch);
        ReadOnlySpan<float> logs = logProbabilities.cpu().data<float>().ToArray(), spreads = entropies.cpu().data<float>().ToArray();
        int at = 0;
        foreach (int index in indices)
        {
            int length = sequences[index].ResponseIds.Length;
            scores[index] = new TokenScores(logs.Slice(at, length).ToArray(), spreads.Slice(at, length).ToArray());
            at += length;
        }
    }
}
