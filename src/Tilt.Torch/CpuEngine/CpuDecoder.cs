using System.Runtime.Intrinsics;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using Tilt.Inference.Fused;
using Tilt.Inference.Vectors;
using Tilt.Rollouts;
using Tilt.Torch.Decoding;
using static TorchSharp.torch;

namespace Tilt.Torch.CpuEngine;

/// <summary>Makes the decoder of CPU engines for the widest vectors of this machine.</summary>
internal static class CpuDecoder
{
    /// <summary>What of models it computes.</summary>
    public const BlockFeatures Features =
        BlockFeatures.AttentionBias | BlockFeatures.HeadNorms | BlockFeatures.TiedEmbeddings | BlockFeatures.Llama3Rotary;

    public static IDecoder Create(CpuWeights weights) => Create(weights, FusedModel.WidestAvailable);

    public static IDecoder Create(CpuWeights weights, VectorWidth width) => width switch
    {
        VectorWidth.Bits512 => new CpuDecoder<Width512, Vector512<float>>(weights),
        VectorWidth.Bits256 => new CpuDecoder<Width256, Vector256<float>>(weights),
        VectorWidth.Bits128 => new CpuDecoder<Width128, Vector128<float>>(weights),
        _ => new CpuDecoder<WidthScalar, float>(weights),
    };
}

/// <summary>Next-token distributions on the CPU: prompts in chunks of tokens, steps of a batch, scores of given responses.</summary>
/// <param name="weights">The weights; owned.</param>
internal sealed unsafe class CpuDecoder<TWidth, TVector>(CpuWeights weights) : IDecoder
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    /// <summary>Tokens read at once: enough for products to be bound by arithmetic, few enough for the activations to be small.</summary>
    private const int ChunkTokens = 512;

    /// <summary>Positions whose logits exist at once when scoring.</summary>
    private const int ScoredAtOnce = 32;

    /// <summary>Memory for keys and values when scoring, in bytes.</summary>
    private const long ScoringCacheBytes = 1L << 30;

    private readonly CpuForwardPass<TWidth, TVector> _pass = new(weights);
    private readonly CpuLogits<TWidth, TVector> _logits = new(weights.Configuration.VocabularySize);
    private readonly ActivationBuffer _outputs = new(weights.Configuration.HiddenSize);

    public ModelConfiguration Configuration => weights.Configuration;

    public IDecoder WithoutAdapter() => new CpuDecoder<TWidth, TVector>(weights.WithoutAdapters());

    public KeyValueCache NewCache(int slots, int capacity) =>
        new(Configuration, weights.Precision, CPU, slots, capacity, _pass.HeadWidth, zeroed: false);

    public INextTokenDistributions Prefill(KeyValueCache cache, IReadOnlyList<int[]> prompts)
    {
        using var grad = no_grad();
        cache.Reset(prompts.Count);
        cache.Reserve(prompts.Max(p => p.Length));
        _outputs.Reserve(prompts.Count);
        Read(cache, Places(prompts, _ => 0), (place, hidden) =>
        {
            if (place.Position == prompts[place.Row].Length - 1) _pass.NormalizeOutput((float*)hidden, _outputs.Row(place.Row));
        });
        cache.SetLengths([.. prompts.Select(p => p.Length)]);
        return Distributions(prompts.Count);
    }

    public INextTokenDistributions Step(KeyValueCache cache, ReadOnlySpan<int> tokens)
    {
        using var grad = no_grad();
        var places = new TokenPlace[tokens.Length];
        int longest = 0;
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = new TokenPlace(tokens[i], i, cache.Lengths[i]);
            longest = Math.Max(longest, cache.Lengths[i] + 1);
        }
        cache.Reserve(longest);
        _outputs.Reserve(places.Length);
        Read(cache, places, (place, hidden) => _pass.NormalizeOutput((float*)hidden, _outputs.Row(place.Row)));
        cache.Advance();
        return Distributions(places.Length);
    }

    public TokenScores[] Score(IReadOnlyList<TokenSequence> sequences)
    {
        using var grad = no_grad();
        var scores = new TokenScores[sequences.Count];
        for (int i = 0; i < scores.Length; i++)
            scores[i] = new TokenScores(new float[sequences[i].ResponseIds.Length], new float[sequences[i].ResponseIds.Length]);
        // Equal prompts next to each other, so that they are read once; a batch takes what the cache has room for.
        int[] order = [.. PromptSet.Distinct([.. sequences.Select(s => s.PromptIds)]).Indices.Select((prompt, i) => (prompt, i))
            .OrderBy(p => p).Select(p => p.i)];
        for (int begin = 0, end; begin < order.Length; begin = end)
        {
            int longest = 0;
            for (end = begin; end < order.Length; end++)
            {
                longest = Math.Max(longest, sequences[order[end]].PromptIds.Length + sequences[order[end]].ResponseIds.Length);
                if (end > begin && (end - begin + 1) * KeyValueCache.BytesPerSequence(Configuration, weights.Precision, longest)
                    > ScoringCacheBytes)
                    break;
            }
            Score([.. order[begin..end].Select(i => sequences[i])], [.. order[begin..end].Select(i => scores[i])], longest);
        }
        return scores;
    }

    public void Dispose()
    {
        _pass.Dispose();
        _outputs.Dispose();
        weights.Dispose();
    }

    private void Score(TokenSequence[] sequences, TokenScores[] scores, int capacity)
    {
        (int[][] prompts, int[] indices) = PromptSet.Distinct([.. sequences.Select(s => s.PromptIds)]);
        using KeyValueCache cache = NewCache(prompts.Length, capacity);
        var queue = new List<(int Sequence, int Position)>();
        cache.Reset(prompts.Length);
        _outputs.Reserve(ScoredAtOnce);
        void Enqueue(int sequence, int position, nint hidden)
        {
            _pass.NormalizeOutput((float*)hidden, _outputs.Row(queue.Count));
            queue.Add((sequence, position));
            if (queue.Count == ScoredAtOnce) Flush();
        }
        void Flush()
        {
            AlignedBuffer rows = Logits(queue.Count);
            _logits.ForRows(queue.Count, (row, distribution) =>
            {
                (int sequence, int position) = queue[row];
                TokenDraw score = distribution.Score(rows.Pointer + (nint)row * _logits.Stride, sequences[sequence].ResponseIds[position],
                    withEntropy: true);
                (scores[sequence].LogProbabilities[position], scores[sequence].Entropies[position]) = (score.LogProbability, score.Entropy);
            });
            _logits.Return(rows);
            queue.Clear();
        }
        Read(cache, Places(prompts, _ => 0), (place, hidden) =>
        {
            if (place.Position < prompts[place.Row].Length - 1) return;
            for (int i = 0; i < sequences.Length; i++)
                if (indices[i] == place.Row && sequences[i].ResponseIds.Length > 0) Enqueue(i, 0, hidden);
        });
        cache.SetLengths([.. prompts.Select(p => p.Length)]);
        cache.Select(indices);
        // The last response token is predicted but never read.
        TokenPlace[] responses = Places([.. sequences.Select(s => s.ResponseIds.Length == 0 ? [] : s.ResponseIds[..^1])],
            row => sequences[row].PromptIds.Length);
        Read(cache, responses, (place, hidden) => Enqueue(place.Row, place.Position - sequences[place.Row].PromptIds.Length + 1, hidden));
        if (queue.Count > 0) Flush();
    }

    /// <summary>Reads tokens in chunks and shows the hidden state of each.</summary>
    private void Read(KeyValueCache cache, TokenPlace[] places, Action<TokenPlace, nint> output)
    {
        for (int begin = 0; begin < places.Length; begin += ChunkTokens)
        {
            TokenPlace[] chunk = places[begin..Math.Min(places.Length, begin + ChunkTokens)];
            float* hidden = _pass.Run(cache, chunk);
            for (int i = 0; i < chunk.Length; i++) output(chunk[i], (nint)(hidden + (nint)i * Configuration.HiddenSize));
        }
    }

    private static TokenPlace[] Places(IReadOnlyList<int[]> sequences, Func<int, int> start) =>
        [.. sequences.SelectMany((ids, row) => ids.Select((id, i) => new TokenPlace(id, row, start(row) + i)))];

    private CpuDistributions<TWidth, TVector> Distributions(int rows) => new(_logits, Logits(rows), rows);

    /// <summary>Float32 logits of the first rows of the outputs.</summary>
    private AlignedBuffer Logits(int rows)
    {
        AlignedBuffer buffer = _logits.RentRows(rows);
        _pass.Logits(_outputs.Pointer, rows, buffer.Pointer, _logits.Stride);
        return buffer;
    }
}
