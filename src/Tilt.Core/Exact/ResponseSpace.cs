using Tilt.Rollouts;

namespace Tilt.Exact;

/// <summary>
/// All responses of a model to one prompt with at most L tokens, with their probabilities in double precision: every sequence
/// that ends with an end-of-sequence token after T ≤ L tokens (it counts), and every unfinished sequence of exactly L tokens,
/// whose probability is the product of its tokens. With the end-of-sequence ignored every response has exactly L tokens.
/// Impossible responses are left out.
/// </summary>
/// <remarks>
/// The responses are the leaves of a tree whose inner nodes are the contexts that a next token is drawn in. Contexts are
/// numbered from the root (0) so that a context comes before those below it. Tables over contexts and tokens,
/// <c>[contexts × vocabulary]</c>, are flat arrays, row by row.
/// </remarks>
public sealed class ResponseSpace
{
    private readonly int[] _children;
    private readonly double[] _conditionals;
    private readonly int[] _parents;
    private readonly int[] _tokens;
    private readonly int[] _depths;
    private readonly int[] _responseContexts;
    private readonly int[] _responseTokens;
    private readonly double[] _logProbabilities;
    private readonly int[] _lengths;
    private readonly bool[] _finished;
    private int _numbered;
    private ExactResponse[]? _responses;

    private ResponseSpace(ResponseTree tree)
    {
        VocabularySize = tree.VocabularySize;
        ContextCount = tree.ContextCount;
        Count = tree.ResponseCount;
        (_children, _conditionals) = (tree.Children, tree.Conditionals);
        (_parents, _tokens, _depths) = (tree.Parents, tree.Tokens, tree.Depths);
        (_responseContexts, _responseTokens) = (new int[Count], new int[Count]);
        (_logProbabilities, _lengths, _finished) = (new double[Count], new int[Count], new bool[Count]);
        Number(0, 0, tree);
    }

    /// <summary>Number of token ids.</summary>
    public int VocabularySize { get; }

    /// <summary>Number of contexts that a token is drawn in.</summary>
    public int ContextCount { get; }

    /// <summary>Number of responses.</summary>
    public int Count { get; }

    /// <summary>The responses, in lexicographic order of their ids.</summary>
    public IReadOnlyList<ExactResponse> Responses =>
        _responses ??= [.. Enumerable.Range(0, Count).Select(i => new ExactResponse(ResponseIds(i), _logProbabilities[i], _finished[i]))];

    /// <summary>log p(y|x) of every response in nats, <c>[responses]</c>.</summary>
    public ReadOnlySpan<double> LogProbabilities => _logProbabilities;

    /// <summary>T, the number of tokens of every response, <c>[responses]</c>.</summary>
    public ReadOnlySpan<int> Lengths => _lengths;

    /// <summary>Whether each response ends with an end-of-sequence token that was not ignored, <c>[responses]</c>.</summary>
    public ReadOnlySpan<bool> Finished => _finished;

    /// <summary>log p(token|context) in nats, −∞ where impossible, <c>[contexts × vocabulary]</c>.</summary>
    public ReadOnlySpan<double> Conditionals => _conditionals;

    /// <summary>
    /// What stands below each token of each context, <c>[contexts × vocabulary]</c>: a context's number if not negative, the
    /// complement of a response's index if negative, or <see cref="ResponseTree.Impossible"/>.
    /// </summary>
    internal ReadOnlySpan<int> Children => _children;

    /// <summary>Enumerates the response space of a tabular model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">Token ids of the prompt, not empty.</param>
    /// <param name="limit">L, the most response tokens; at least 1.</param>
    /// <param name="ignoreEndOfSequence">Whether the end-of-sequence is a token like any other, so that every response has L
    /// tokens.</param>
    /// <exception cref="ArgumentException">Prompt plus limit exceed the model's context.</exception>
    /// <exception cref="InputException">There are more responses than are enumerated.</exception>
    public static ResponseSpace Enumerate(TabularLanguageModel model, ReadOnlySpan<int> prompt, int limit, bool ignoreEndOfSequence = false)
    {
        ResponseTree tree = Tree(model, prompt, limit, ignoreEndOfSequence);
        int[] context = new int[prompt.Length + limit];
        prompt.CopyTo(context);
        double[] row = new double[model.VocabularySize];
        // Expanding appends contexts: the loop ends when none is left.
        for (int i = 0; i < tree.ContextCount; i++)
        {
            double[] next = model.Next(context.AsSpan(0, prompt.Length + tree.CopyIds(i, context.AsSpan(prompt.Length))));
            for (int token = 0; token < row.Length; token++) row[token] = Math.Log(next[token]);
            tree.Expand(i, row);
        }
        return new ResponseSpace(tree);
    }

    /// <summary>
    /// Enumerates the response space of any model of small vocabulary and horizon, level by level in batches. Float32
    /// distributions are normalised in double precision; those of a <see cref="TabularLanguageModel"/> are taken as they are.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">Token ids of the prompt, not empty.</param>
    /// <param name="limit">L, the most response tokens; at least 1.</param>
    /// <param name="ignoreEndOfSequence">Whether the end-of-sequence is a token like any other, so that every response has L
    /// tokens.</param>
    /// <param name="batchSize">Most rows of a model state.</param>
    /// <param name="cancellationToken">Stops the enumeration between batches.</param>
    /// <exception cref="ArgumentException">Prompt plus limit exceed the model's context.</exception>
    /// <exception cref="InputException">There are more responses than are enumerated.</exception>
    public static ResponseSpace Enumerate(
        ILanguageModel model, ReadOnlySpan<int> prompt, int limit, bool ignoreEndOfSequence = false, int batchSize = 256,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        if (model is TabularLanguageModel tabular) return Enumerate(tabular, prompt, limit, ignoreEndOfSequence);
        ResponseTree tree = Tree(model, prompt, limit, ignoreEndOfSequence);
        ModelEnumeration.Fill(tree, model, [.. prompt], batchSize, cancellationToken);
        return new ResponseSpace(tree);
    }

    /// <summary>Token ids of a response, the end-of-sequence token included when it is finished.</summary>
    public int[] ResponseIds(int index)
    {
        int[] ids = new int[_lengths[index]];
        ids[^1] = _responseTokens[index];
        for (int context = _responseContexts[index], t = ids.Length - 2; t >= 0; context = _parents[context], t--)
            ids[t] = _tokens[context];
        return ids;
    }

    /// <summary>Index of a response, or −1.</summary>
    public int IndexOf(ReadOnlySpan<int> responseIds)
    {
        int context = 0;
        for (int t = 0; t < responseIds.Length; t++)
        {
            if ((uint)responseIds[t] >= (uint)VocabularySize) return -1;
            int child = _children[context * VocabularySize + responseIds[t]];
            if (child == ResponseTree.Impossible) return -1;
            if (child < 0) return t == responseIds.Length - 1 ? ~child : -1;
            context = child;
        }
        return -1;
    }

    /// <summary>p(y|x) of every response: sums to 1.</summary>
    public double[] Law() => PowerLaw(1);

    /// <summary>p(y|x)^α / Σ p^α of every response: what power sampling targets.</summary>
    public double[] PowerLaw(double alpha)
    {
        double[] scores = [.. _logProbabilities];
        foreach (ref double score in scores.AsSpan()) score *= alpha;
        return ResponseLaw.Normalized(scores, out _).Probabilities;
    }

    private static ResponseTree Tree(ILanguageModel model, ReadOnlySpan<int> prompt, int limit, bool ignoreEndOfSequence)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        if (prompt.Length + limit > model.ContextLength)
            throw new ArgumentException(
                $"The prompt has {prompt.Length} tokens and the limit is {limit}; the context holds {model.ContextLength}.", nameof(limit));
        return new ResponseTree(model.VocabularySize, ignoreEndOfSequence ? [] : model.EndOfSequenceIds, limit);
    }

    private void Number(int context, double logProbability, ResponseTree tree)
    {
        for (int token = 0; token < VocabularySize; token++)
        {
            ref int child = ref _children[context * VocabularySize + token];
            if (child == ResponseTree.Impossible) continue;
            double total = logProbability + _conditionals[context * VocabularySize + token];
            if (child != ResponseTree.Response)
            {
                Number(child, total, tree);
                continue;
            }
            int index = _numbered++;
            child = ~index;
            (_responseContexts[index], _responseTokens[index]) = (context, token);
            (_logProbabilities[index], _lengths[index], _finished[index]) = (total, _depths[context] + 1, tree.Ends(token));
        }
    }
}

/// <summary>One response of a <see cref="ResponseSpace"/>.</summary>
/// <param name="ResponseIds">Token ids, the end-of-sequence token included when the response is finished.</param>
/// <param name="LogProbability">log p(y|x) in nats, double precision.</param>
/// <param name="Finished">Whether the response ends with an end-of-sequence token.</param>
public sealed record ExactResponse(int[] ResponseIds, double LogProbability, bool Finished);
