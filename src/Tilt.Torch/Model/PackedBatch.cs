using Tilt.HuggingFace.Architecture;
using Tilt.Rollouts;

namespace Tilt.Torch.Model;

/// <summary>
/// Sequences of any lengths, one behind the other without padding: rows of activations are <c>[tokens, …]</c>. Which positions
/// count follows from lengths alone; no id has a special meaning. Responses to one prompt may share its rows: it is then computed
/// once, forward and backward.
/// </summary>
internal sealed class PackedBatch
{
    private readonly int[] _prefixStarts, _prefixLengths;

    private PackedBatch(int[] starts, int[] prefixStarts, int[] prefixLengths, long[] ids, int[] outputRows, long[] targets)
    {
        (_prefixStarts, _prefixLengths) = (prefixStarts, prefixLengths);
        Starts = starts;
        Ids = ids;
        OutputRows = outputRows;
        Targets = targets;
    }

    /// <summary>
    /// First row of what each sequence has for itself and, last, the number of rows, <c>[sequences + 1]</c>. Where no prompts are shared,
    /// that is the whole sequence.
    /// </summary>
    public int[] Starts { get; }

    /// <summary>Token ids, <c>[tokens]</c>.</summary>
    public long[] Ids { get; }

    /// <summary>Rows whose next-token distribution is wanted, <c>[outputs]</c>.</summary>
    public int[] OutputRows { get; }

    /// <summary>The token that follows each of those rows, <c>[outputs]</c>.</summary>
    public long[] Targets { get; }

    public int SequenceCount => Starts.Length - 1;

    public int TokenCount => Ids.Length;

    /// <summary>Whether some rows belong to several sequences.</summary>
    public bool SharesPrompts => _prefixLengths.Length > 0;

    /// <summary>Positions of a sequence, those of a shared prompt included.</summary>
    public int Length(int sequence) => Prefix(sequence).Length + End(sequence) - Starts[sequence];

    /// <summary>The row of a position of a sequence.</summary>
    public int Row(int sequence, int position) =>
        Prefix(sequence) is var (start, length) && position < length ? start + position : Starts[sequence] + position - length;

    /// <summary>Position of each row within its sequence, <c>[tokens]</c>.</summary>
    public long[] Positions()
    {
        var positions = new long[TokenCount];
        for (int s = 0; s < SequenceCount; s++)
            for (int t = 0; t < Length(s); t++) positions[Row(s, t)] = t;
        return positions;
    }

    /// <summary>
    /// The row at each place of a grid <c>[sequences, time]</c>. Behind the end of a shorter sequence its own last row is repeated: no
    /// real row looks there, and no gradient comes back.
    /// </summary>
    public long[] RowsOfGrid(int time)
    {
        var rows = new long[SequenceCount * time];
        for (int s = 0; s < SequenceCount; s++)
            for (int t = 0; t < time; t++) rows[s * time + t] = Row(s, Math.Min(t, Length(s) - 1));
        return rows;
    }

    /// <summary>
    /// The place in that grid that each row is read from, <c>[tokens]</c>: of a shared prompt, in the first of its sequences.
    /// </summary>
    public long[] PlacesOfRows(int time)
    {
        var places = new long[TokenCount];
        for (int s = SequenceCount - 1; s >= 0; s--)
            for (int t = 0; t < Length(s); t++) places[Row(s, t)] = s * time + t;
        return places;
    }

    private (int Start, int Length) Prefix(int sequence) => SharesPrompts ? (_prefixStarts[sequence], _prefixLengths[sequence]) : (0, 0);

    // A prompt stands before the first response of its group: the rows of the response before end where it begins.
    private int End(int sequence) => !SharesPrompts || sequence + 1 == SequenceCount ? Starts[sequence + 1]
        : _prefixStarts[sequence + 1] > _prefixStarts[sequence] ? _prefixStarts[sequence + 1] : Starts[sequence + 1];

    public int LongestLength => Enumerable.Range(0, SequenceCount).Max(Length);

    /// <summary>Prompts with responses. The last response token is predicted but never read, so it has no row.</summary>
    /// <exception cref="ArgumentException">A prompt is empty, a sequence too long, or an id outside the vocabulary.</exception>
    public static PackedBatch OfResponses(IReadOnlyList<TokenSequence> sequences, ModelConfiguration configuration)
    {
        var starts = new int[sequences.Count + 1];
        int outputs = 0;
        for (int i = 0; i < sequences.Count; i++)
        {
            (int[] prompt, int[] response) = (sequences[i].PromptIds, sequences[i].ResponseIds);
            Check(i, prompt, response, configuration);
            starts[i + 1] = starts[i] + prompt.Length + Math.Max(response.Length - 1, 0);
            outputs += response.Length;
        }
        var batch = new PackedBatch(starts, [], [], new long[starts[^1]], new int[outputs], new long[outputs]);
        int output = 0;
        for (int i = 0; i < sequences.Count; i++)
        {
            int row = starts[i];
            foreach (int id in sequences[i].PromptIds) batch.Ids[row++] = id;
            int[] response = sequences[i].ResponseIds;
            for (int t = 0; t < response.Length; t++)
            {
                batch.OutputRows[output] = row - 1;
                batch.Targets[output++] = response[t];
                if (t < response.Length - 1) batch.Ids[row++] = response[t];
            }
        }
        return batch;
    }

    /// <summary>
    /// Prompts with responses, like <see cref="OfResponses"/>, in which consecutive sequences with the same prompt share its rows.
    /// </summary>
    /// <exception cref="ArgumentException">A prompt is empty, a sequence too long, or an id outside the vocabulary.</exception>
    public static PackedBatch OfGroups(IReadOnlyList<TokenSequence> sequences, ModelConfiguration configuration)
    {
        int[] starts = new int[sequences.Count + 1], prefixStarts = new int[sequences.Count], prefixLengths = new int[sequences.Count];
        var ids = new List<long>();
        var rows = new List<int>();
        var targets = new List<long>();
        for (int i = 0; i < sequences.Count; i++)
        {
            (int[] prompt, int[] response) = (sequences[i].PromptIds, sequences[i].ResponseIds);
            Check(i, prompt, response, configuration);
            if (i > 0 && sequences[i - 1].PromptIds.AsSpan().SequenceEqual(prompt)) prefixStarts[i] = prefixStarts[i - 1];
            else
            {
                prefixStarts[i] = ids.Count;
                ids.AddRange(prompt.Select(id => (long)id));
            }

            (prefixLengths[i], starts[i]) = (prompt.Length, ids.Count);
            for (int t = 0; t < response.Length; t++)
            {
                rows.Add(t == 0 ? prefixStarts[i] + prompt.Length - 1 : ids.Count - 1);
                targets.Add(response[t]);
                if (t < response.Length - 1) ids.Add(response[t]);
            }
        }

        starts[^1] = ids.Count;
        return new(starts, prefixStarts, prefixLengths, [.. ids], [.. rows], [.. targets]);
    }

    /// <summary>Equally long documents, of which every token but the first is predicted.</summary>
    /// <param name="ids">Token ids, <c>[batch × time]</c> row by row.</param>
    /// <param name="time">Tokens of a document, at least 2.</param>
    /// <param name="configuration">The model's shape.</param>
    public static PackedBatch OfDocuments(ReadOnlySpan<long> ids, int time, ModelConfiguration configuration)
    {
        var sequences = new TokenSequence[ids.Length / time];
        for (int i = 0; i < sequences.Length; i++)
        {
            var document = new int[time];
            for (int t = 0; t < time; t++) document[t] = checked((int)ids[i * time + t]);
            sequences[i] = new TokenSequence(document[..1], document[1..]);
        }
        return OfResponses(sequences, configuration);
    }

    private static void Check(int index, int[] prompt, int[] response, ModelConfiguration configuration)
    {
        if (prompt.Length == 0) throw new ArgumentException($"The prompt of sequence {index} is empty; at least one token is needed.");
        int length = prompt.Length + response.Length;
        if (length > configuration.ContextLength)
            throw new ArgumentException($"Sequence {index} has {length} tokens; the model's context holds {configuration.ContextLength}.");
        foreach (int[] part in new[] { prompt, response })
        {
            foreach (int id in part)
            {
                if ((uint)id >= (uint)configuration.VocabularySize)
                    throw new ArgumentException(
                        $"Sequence {index} holds token id {id}; the vocabulary has ids 0 to {configuration.VocabularySize - 1}.");
            }
        }
    }
}
