using Tilt.Rollouts;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>How far scoring has come.</summary>
/// <param name="Sequences">Sequences scored.</param>
/// <param name="Tokens">Their tokens, prompts included.</param>
/// <param name="AllTokens">Tokens of all sequences.</param>
public readonly record struct ScoringProgress(int Sequences, long Tokens, long AllTokens);

/// <summary>
/// Log-probabilities and entropies of many given sequences: those of similar length together, the longest first, so that memory
/// shows at once whether it suffices. Log-probabilities are float32 whatever the precision of the matrix products.
/// </summary>
/// <param name="model">The model; not owned.</param>
/// <param name="precision">Precision of the matrix products.</param>
public sealed class SequenceScorer(Transformer model, ComputePrecision precision = ComputePrecision.Float32)
{
    private const int TokensAtOnce = 4096;

    /// <summary>Scores every sequence; the results have the order of the sequences.</summary>
    /// <exception cref="ArgumentException">A prompt is empty, a sequence too long, or an id outside the vocabulary.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; within a batch of a large model too.</exception>
    /// <exception cref="ArithmeticException">A log-probability is no number: the weights or the activations overflow.</exception>
    public TokenScores[] Score(IReadOnlyList<TokenSequence> sequences, IProgress<ScoringProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        using var grad = no_grad();
        var scores = new TokenScores[sequences.Count];
        long all = sequences.Sum(sequence => (long)LengthOf(sequence)), done = 0;
        int scored = 0;
        foreach (int[] together in Batches(sequences))
        {
            cancellationToken.ThrowIfCancellationRequested();
            ScoreTogether(sequences, together, scores, cancellationToken);
            foreach (int index in together) done += LengthOf(sequences[index]);
            progress?.Report(new(scored += together.Length, done, all));
        }
        return scores;
    }

    private static int LengthOf(TokenSequence sequence) => sequence.PromptIds.Length + sequence.ResponseIds.Length;

    /// <summary>
    /// Indices of sequences that are computed together; where prompts are shared, those of one prompt stand side by side.
    /// </summary>
    private IEnumerable<int[]> Batches(IReadOnlyList<TokenSequence> sequences)
    {
        if (!model.SharesPrompts(precision))
        {
            int[] order = [.. Enumerable.Range(0, sequences.Count).OrderByDescending(i => LengthOf(sequences[i]))];
            for (int begin = 0, end; begin < order.Length; begin = end)
            {
                end = Math.Min(order.Length, begin + Math.Max(1, TokensAtOnce / Math.Max(1, LengthOf(sequences[order[begin]]))));
                yield return order[begin..end];
            }

            yield break;
        }

        (_, int[] prompts) = PromptSet.Distinct([.. sequences.Select(s => s.PromptIds)]);
        var batch = new List<int>();
        int tokens = 0;
        foreach (int index in Enumerable.Range(0, sequences.Count).GroupBy(i => prompts[i])
            .OrderByDescending(g => g.Max(i => LengthOf(sequences[i]))).SelectMany(g => g.OrderByDescending(i => LengthOf(sequences[i]))))
        {
            bool shares = batch.Count > 0 && prompts[batch[^1]] == prompts[index];
            int more = shares ? sequences[index].ResponseIds.Length : LengthOf(sequences[index]);
            if (batch.Count > 0 && tokens + more > TokensAtOnce)
            {
                yield return [.. batch];
                batch.Clear();
                (tokens, more) = (0, LengthOf(sequences[index]));
            }

            batch.Add(index);
            tokens += more;
        }

        if (batch.Count > 0) yield return [.. batch];
    }

    private void ScoreTogether(IReadOnlyList<TokenSequence> sequences, int[] indices, TokenScores[] scores,
        CancellationToken cancellationToken)
    {
        var batch = new List<TokenSequence>();
        foreach (int index in indices)
        {
            if (sequences[index].ResponseIds.Length == 0) scores[index] = new([], []);
            else batch.Add(sequences[index]);
        }
        if (batch.Count == 0) return;
        using var scope = NewDisposeScope();
        (Tensor logProbabilities, Tensor entropies) = model.ResponseLogProbabilitiesAndEntropies(batch, precision, cancellationToken);
        ReadOnlySpan<float> logs = logProbabilities.cpu().data<float>().ToArray(), spreads = entropies.cpu().data<float>().ToArray();
        int at = 0;
        foreach (int index in indices)
        {
            int length = sequences[index].ResponseIds.Length;
            scores[index] = new(logs.Slice(at, length).ToArray(), spreads.Slice(at, length).ToArray());
            at += length;
            if (!float.IsFinite((float)scores[index].LogProbability) || scores[index].Entropies.Any(entropy => !float.IsFinite(entropy)))
                throw new ArithmeticException(
                    $"The scores of sequence {index + 1} are no finite numbers: the model's weights or activations overflow.");
        }
    }
}
