using System.Collections.Concurrent;
using System.Runtime.Intrinsics;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using Tilt.Inference.Vectors;
using Tilt.Rollouts;

namespace Tilt.Inference.Fused;

/// <summary>
/// A decoder-only transformer of known <see cref="Features"/> computed in float32 on the CPU by fused vector kernels: for
/// models of up to some tens of millions of parameters. Needs no native library.
/// </summary>
/// <remarks>
/// Every row's arithmetic is independent of its neighbours: results do not depend on the batch, the block size or the number of
/// threads, and log-probabilities recorded while sampling equal those of <see cref="Score"/> bit for bit.
/// Members may be called from several threads, except that <see cref="UpdateWeights"/> must run alone.
/// </remarks>
public sealed class FusedModel : ILanguageModel
{
    /// <summary>What of models it computes.</summary>
    public const BlockFeatures Features =
        BlockFeatures.AttentionBias | BlockFeatures.HeadNorms | BlockFeatures.TiedEmbeddings | BlockFeatures.Llama3Rotary;

    private readonly ConcurrentBag<ForwardPass> _idle = [];
    private readonly FusedWeights _weights;
    private readonly VectorWidth _width;
    private volatile RotaryTable _rotary;

    /// <summary>Packs a model.</summary>
    /// <param name="configuration">Its shape.</param>
    /// <param name="weights">
    /// Its float32 weights by Hugging Face tensor name, row-major <c>[out, in]</c> (<c>model.layers.0.self_attn.q_proj.weight</c>, …).
    /// Other tensors are ignored.
    /// </param>
    /// <param name="threads">Most threads that one call uses; 0 means one for each processor.</param>
    /// <exception cref="InputException">The configuration is impossible or has features that are not known, or a tensor is missing or has
    /// the wrong size.</exception>
    public FusedModel(ModelConfiguration configuration, IReadOnlyDictionary<string, float[]> weights, int threads = 0)
        : this(configuration, weights, threads, WidestAvailable)
    {
    }

    internal FusedModel(ModelConfiguration configuration, IReadOnlyDictionary<string, float[]> weights, int threads, VectorWidth width)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Check(configuration);
        Configuration = configuration;
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        _width = width;
        _weights = new FusedWeights(configuration);
        _weights.Pack(weights);
        _rotary = new RotaryTable(configuration, Math.Min(configuration.ContextLength, 256));
    }

    /// <summary>The model's shape.</summary>
    public ModelConfiguration Configuration { get; }

    /// <summary>Most threads that one call uses.</summary>
    public int Threads { get; }

    /// <summary>Version of the weights: what <see cref="UpdateWeights"/> was last told, 0 at first.</summary>
    public long WeightsVersion { get; private set; }

    /// <summary>Number of times that <see cref="UpdateWeights"/> was called: states of an earlier one are of no use.</summary>
    internal long Updates { get; private set; }

    /// <inheritdoc/>
    public int VocabularySize => Configuration.VocabularySize;

    /// <inheritdoc/>
    public IReadOnlyList<int> EndOfSequenceIds => Configuration.EndOfSequenceIds;

    /// <inheritdoc/>
    public int ContextLength => Configuration.ContextLength;

    internal static VectorWidth WidestAvailable =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : Vector128.IsHardwareAccelerated ? VectorWidth.Bits128
        : VectorWidth.Scalar;

    internal RotaryTable Rotary => _rotary;

    /// <summary>Floats from one row of logits to the next.</summary>
    internal int LogitStride => _weights.Head.Columns;

    /// <summary>Rows of logits to compute at a time: about 2 MiB.</summary>
    internal int LogitRows => Math.Max(8, (1 << 19) / LogitStride);

    /// <summary>Replaces the weights in place, as after an optimiser step. States made before can no longer be stepped.</summary>
    /// <param name="weights">As for the constructor.</param>
    /// <param name="version">Their version, such as optimiser steps done; null counts on.</param>
    /// <exception cref="InputException">A tensor is missing or has the wrong size; the weights are then unchanged.</exception>
    public void UpdateWeights(IReadOnlyDictionary<string, float[]> weights, long? version = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        _weights.Pack(weights);
        WeightsVersion = version ?? WeightsVersion + 1;
        Updates++;
    }

    /// <inheritdoc/>
    public IModelState Prefill(IReadOnlyList<int[]> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        for (int i = 0; i < prompts.Count; i++) CheckPrompt(prompts[i], 0, i);
        return new FusedModelState(this, prompts);
    }

    /// <inheritdoc/>
    public TokenScores[] Score(IReadOnlyList<TokenSequence> sequences)
    {
        float[][] entropies = NewScores(sequences);
        float[][] logProbabilities = FusedScorer.Score(this, sequences, entropies);
        var scores = new TokenScores[sequences.Count];
        for (int i = 0; i < scores.Length; i++) scores[i] = new TokenScores(logProbabilities[i], entropies[i]);
        return scores;
    }

    /// <summary>Scores given responses without their entropies; otherwise as <see cref="Score"/>.</summary>
    /// <param name="sequences">Prompts and responses.</param>
    /// <returns>Float32 natural log-probability of each response token, <c>[sequence][time]</c>.</returns>
    /// <exception cref="ArgumentException">A prompt is empty, a sequence too long, or an id outside the vocabulary.</exception>
    public float[][] ScoreLogProbabilities(IReadOnlyList<TokenSequence> sequences)
    {
        NewScores(sequences);
        return FusedScorer.Score(this, sequences, null);
    }

    internal ForwardPass Rent() => _idle.TryTake(out ForwardPass? forward) ? forward : ForwardPass.Create(Configuration, _weights, _width);

    internal void Return(ForwardPass forward) => _idle.Add(forward);

    internal KeyValuePool NewPool() => new(_weights.Shape, Configuration.LayerCount);

    /// <summary>Makes the rotary table reach <paramref name="positions"/>.</summary>
    internal void EnsurePositions(int positions)
    {
        while (_rotary is { } table && table.Positions < positions)
        {
            var larger = new RotaryTable(Configuration, Math.Min(ContextLength, Math.Max(positions, 2 * table.Positions)));
#pragma warning disable CS0420 // Interlocked has the semantics of volatile.
            Interlocked.CompareExchange(ref _rotary, larger, table);
#pragma warning restore CS0420
        }
    }

    /// <summary>Checks a prompt that is to be followed by <paramref name="following"/> tokens.</summary>
    internal void CheckPrompt(int[] ids, int following, int index)
    {
        if (ids is null || ids.Length == 0)
            throw new ArgumentException(
                $"Prompt {index} is empty. A prompt needs at least one token, such as the beginning-of-sequence token.");
        if ((long)ids.Length + following > ContextLength)
            throw new ArgumentException($"Sequence {index} needs {(long)ids.Length + following} positions ({ids.Length} of the "
                + $"prompt, {following} of the response), but the model has {ContextLength}.");
        CheckIds(ids, "Prompt", index);
        EnsurePositions(ids.Length + following);
    }

    internal void CheckIds(ReadOnlySpan<int> ids, string what, int index)
    {
        for (int i = 0; i < ids.Length; i++)
            if ((uint)ids[i] >= (uint)VocabularySize)
                throw new ArgumentException(
                    $"{what} {index} has the token id {ids[i]} at position {i}; ids are 0 to {VocabularySize - 1}.");
    }

    private float[][] NewScores(IReadOnlyList<TokenSequence> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        var scores = new float[sequences.Count][];
        for (int i = 0; i < scores.Length; i++)
        {
            if (sequences[i].ResponseIds is null)
                throw new ArgumentException($"Sequence {i} has no response (null); an empty one is allowed.");
            CheckPrompt(sequences[i].PromptIds, sequences[i].ResponseIds.Length, i);
            CheckIds(sequences[i].ResponseIds, "Response", i);
            scores[i] = new float[sequences[i].ResponseIds.Length];
        }
        return scores;
    }

    private static void Check(ModelConfiguration c)
    {
        Features.Require(c, "The fused engine", "Ask for libtorch's.");
        foreach ((string name, int value) in new[]
        {
            ("vocab_size", c.VocabularySize), ("hidden_size", c.HiddenSize), ("intermediate_size", c.IntermediateSize),
            ("num_hidden_layers", c.LayerCount), ("num_attention_heads", c.HeadCount), ("num_key_value_heads", c.KeyValueHeadCount),
            ("head_dim", c.HeadSize), ("max_position_embeddings", c.ContextLength),
        })
            if (value <= 0) throw new InputException($"The model configuration has {name} {value}; it must be positive.");
        if (c.HeadCount % c.KeyValueHeadCount != 0)
            throw new InputException($"The model configuration has {c.HeadCount} attention heads and {c.KeyValueHeadCount} key/value "
                + $"heads; the second must divide the first.");
        if (c.HeadSize % 2 != 0)
            throw new InputException($"The model configuration has head_dim {c.HeadSize}; rotary embedding needs an even one.");
        foreach (int id in c.EndOfSequenceIds)
            if ((uint)id >= (uint)c.VocabularySize)
                throw new InputException(
                    $"The model configuration has the end-of-sequence id {id}, but ids are 0 to {c.VocabularySize - 1}.");
    }
}
