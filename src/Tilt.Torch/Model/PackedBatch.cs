using Tilt.HuggingFace.Architecture;
using Tilt.Rollouts;

namespace Tilt.Torch.Model;

/// <summary>
/// Sequences of any lengths, one behind the other without padding: rows of activations are <c>[tokens, …]</c>. Which positions
/// count follows from lengths alone; no id has a special meaning.
/// </summary>
internal sealed class PackedBatch
{
    private PackedBatch(int[] starts, long[] ids, int[] outputRows, long[] targets)
    {
        Starts = starts;
        Ids = ids;
        OutputRows = outputRows;
        Targets = targets;
    }

    /// <summary>First row of each sequence and, last, the number of rows, <c>[sequences + 1]</c>.</summary>
    public int[] Starts { get; }

    /// <summary>Token ids, <c>[tokens]</c>.</summary>
    public long[] Ids { get; }

    /// <summary>Rows whose next-token distribution is wanted, <c>[outputs]</c>.</summary>
    public int[] OutputRows { get; }

    /// <summary>The token that follows each of those rows, <c>[outputs]</c>.</summary>
    public long[] Targets { get; }

    public int SequenceCount => Starts.Length - 1;

    public int TokenCount => Ids.Length;

    public int Length(int sequence) => Starts[sequence + 1] - Starts[sequence];

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
        var batch = new PackedBatch(starts, new long[starts[^1]], new int[outputs], new long[outputs]);
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
