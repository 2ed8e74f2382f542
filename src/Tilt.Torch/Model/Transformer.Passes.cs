using System.Runtime.InteropServices;
using Tilt.HuggingFace.Architecture;
using Tilt.Rollouts;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <content>Forward passes.</content>
public sealed partial class Transformer
{
    /// <summary>
    /// Float32 log-probabilities in nats of all response tokens, sequence after sequence, <c>[sum of response lengths]</c>, with
    /// gradient. Prompt positions get no logits.
    /// </summary>
    /// <exception cref="ArgumentException">The batch or a prompt is empty, a sequence too long, or an id outside the
    /// vocabulary.</exception>
    public Tensor ResponseLogProbabilities(IReadOnlyList<TokenSequence> batch, ComputePrecision precision = ComputePrecision.Float32) =>
        LogProbabilities(Packed(batch, precision), new(precision, WithEntropies: false));

    /// <summary>
    /// Like <see cref="ResponseLogProbabilities"/>, with the entropies of the same distributions in nats, without gradient.
    /// </summary>
    /// <exception cref="ArgumentException">The batch or a prompt is empty, a sequence too long, or an id outside the
    /// vocabulary.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; a large model notices between two blocks.</exception>
    public (Tensor LogProbabilities, Tensor Entropies) ResponseLogProbabilitiesAndEntropies(IReadOnlyList<TokenSequence> batch,
        ComputePrecision precision = ComputePrecision.Float32, CancellationToken cancellationToken = default)
    {
        var options = new TokenLogProbabilities.Options(precision, WithEntropies: true) { CancellationToken = cancellationToken };
        Tensor logProbabilities = LogProbabilities(Packed(batch, precision), options);
        return (logProbabilities, options.Entropies!);
    }

    /// <summary>
    /// Like <see cref="ResponseLogProbabilities"/>, with KL(π‖p) of the next-token distributions at the same positions: Σ over the whole
    /// vocabulary of π·(log π − log p), nats, with gradient in π. By libtorch's own operations always.
    /// </summary>
    /// <param name="batch">The sequences.</param>
    /// <param name="reference">p, a model of the same vocabulary; null takes these weights with the adapter switched off.</param>
    /// <param name="precision">Precision of the matrix products of both.</param>
    /// <returns>Both <c>[sum of response lengths]</c>.</returns>
    /// <exception cref="ArgumentException">The batch or a prompt is empty, a sequence too long, an id outside the vocabulary, or the
    /// vocabularies differ.</exception>
    public (Tensor LogProbabilities, Tensor Divergences) ResponseLogProbabilitiesAndDivergences(IReadOnlyList<TokenSequence> batch,
        Transformer? reference, ComputePrecision precision = ComputePrecision.Float32)
    {
        if (reference is not null && reference.Configuration.VocabularySize != Configuration.VocabularySize)
            throw new ArgumentException(
                $"The reference has a vocabulary of {reference.Configuration.VocabularySize} tokens, the policy one "
                    + $"of {Configuration.VocabularySize}; they must have the same.", nameof(reference));
        using var scope = NewDisposeScope();
        PackedBatch packed = PackedBatch.OfGroups(batch, Configuration);
        Tensor theirs;
        using (no_grad())
        using (reference is null ? WithoutAdapter() : null)
            theirs = Decoder.OutputStates(reference ?? this, packed, precision);
        Tensor ours = Decoder.OutputStates(this, packed, precision);
        Tensor logProbabilities = TokenLogProbabilities.Of(ours, OutputMatrix, tensor(packed.Targets, device: Device),
            new(precision, WithEntropies: false));
        Tensor divergences = TokenDivergence.Of(ours, OutputMatrix, theirs, (reference ?? this).OutputMatrix,
            new(precision, WithEntropies: false));
        return (logProbabilities.MoveToOuterDisposeScope(), divergences.MoveToOuterDisposeScope());
    }

    /// <summary>Float32 log-probabilities in nats of every token but the first, with gradient: for pretraining.</summary>
    /// <param name="ids">Token ids, <c>[batch, time]</c> int64, time at least 2.</param>
    /// <param name="precision">Precision of the matrix products.</param>
    /// <returns><c>[batch, time − 1]</c>.</returns>
    /// <exception cref="ArgumentException">The shape is another, or an id is outside the vocabulary.</exception>
    public Tensor NextTokenLogProbabilities(Tensor ids, ComputePrecision precision = ComputePrecision.Float32)
    {
        if (ids.shape is not [> 0, >= 2])
            throw new ArgumentException(
                $"Ids of shape [batch, time] with at least two tokens are needed, not [{string.Join(", ", ids.shape)}].", nameof(ids));
        using Tensor flat = LogProbabilities(Documents(ids), new(precision, WithEntropies: false));
        return flat.view(ids.shape[0], -1);
    }

    /// <summary>Float32 logits of one sequence at every position, <c>[time, vocabulary]</c>: for tests and small models.</summary>
    /// <exception cref="ArgumentException">The sequence is empty or too long, or an id is outside the vocabulary.</exception>
    public Tensor Logits(int[] ids, ComputePrecision precision = ComputePrecision.Float32)
    {
        using var scope = NewDisposeScope();
        Tensor hidden = Decoder.HiddenStates(this, PackedBatch.OfResponses([new TokenSequence(ids, [])], Configuration), precision);
        return Linear.Apply(Decoder.RmsNorm(hidden, this[ParameterLayout.FinalNorm], Configuration.NormEpsilon), OutputMatrix, precision)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Cosines and sines of at least <paramref name="length"/> positions, <c>[positions × head size / 2]</c>.</summary>
    internal (float[] Cosines, float[] Sines) RotaryTables(int length)
    {
        int half = Configuration.HeadSize / 2;
        if (_rotary.Cosines.Length < length * half)
            _rotary = RotaryEmbedding.Tables(Configuration,
                Math.Min(Configuration.ContextLength, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length)));
        return _rotary;
    }

    private Tensor LogProbabilities(PackedBatch batch, TokenLogProbabilities.Options options)
    {
        if (batch.SequenceCount == 0) throw new ArgumentException("The batch is empty; at least one sequence is needed.", nameof(batch));
        using var scope = NewDisposeScope();
        Tensor logProbabilities = Kernels(batch.LongestLength, options.Precision) is { } fused
            ? FusedDecoder.LogProbabilities(fused, batch, options)
            : TokenLogProbabilities.Of(Decoder.OutputStates(this, batch, options.Precision, options.CancellationToken), OutputMatrix,
                tensor(batch.Targets, device: Device), options);
        options.Entropies?.MoveToOuterDisposeScope();
        return logProbabilities.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Whether consecutive sequences with the same prompt share its computation, forward and backward: where libtorch's own operations
    /// run.
    /// </summary>
    public bool SharesPrompts(ComputePrecision precision) => !HasKernels(precision);

    private PackedBatch Packed(IReadOnlyList<TokenSequence> batch, ComputePrecision precision) =>
        SharesPrompts(precision) ? PackedBatch.OfGroups(batch, Configuration) : PackedBatch.OfResponses(batch, Configuration);

    private bool HasKernels(ComputePrecision precision) => Fused && !CheckpointActivations && precision == ComputePrecision.Float32
        && !((_readOnly || ActiveAdapter is not null)
            && (ParameterCount > LargestFused || Parameters.Any(p => p.Value.dtype != ScalarType.Float32)));

    /// <summary>The model as the fused kernels take it: this one, or one with the adapter merged; null where they do not run.</summary>
    private Transformer? Kernels(int longest, ComputePrecision precision)
    {
        if (!HasKernels(precision)) return null;
        if (ActiveAdapter is not { } lora) return this;
        // The kernels know no adapters: they get W + s·B·A, whose gradient libtorch takes on to A and B.
        var effective = new Transformer(Configuration, [.. Parameters.Select(p => p with { Value = lora.Effective(p.Name, p.Value) })],
            _readOnly, Buffers)
        {
            _rotary = RotaryTables(longest),
            Threads = Threads,
        };
        // The backward pass needs them to be there; the scope of whoever calls that frees them.
        if (is_grad_enabled())
            foreach ((Tensor weight, Tensor own) in effective.Parameters.Zip(Parameters, (e, p) => (e.Value, p.Value)))
                if (!ReferenceEquals(weight, own)) weight.MoveToOuterDisposeScope();
        return effective;
    }

    private PackedBatch Documents(Tensor ids)
    {
        using var scope = NewDisposeScope();
        return PackedBatch.OfDocuments(MemoryMarshal.Cast<byte, long>(ids.cpu().to(ScalarType.Int64).contiguous().bytes), (int)ids.shape[1],
            Configuration);
    }
}
