using System.Globalization;

namespace Tilt.Exact;

/// <summary>The tree of a <see cref="ResponseSpace"/> while it grows: contexts with the log-probabilities of their next tokens.</summary>
internal sealed class ResponseTree
{
    /// <summary>In <see cref="Children"/>: the token has probability 0.</summary>
    public const int Impossible = int.MinValue;

    /// <summary>In <see cref="Children"/>: the token completes a response.</summary>
    public const int Response = int.MinValue + 1;

    /// <summary>Most responses, and most conditionals of the table: a mistaken horizon must not fill the memory.</summary>
    public const int MostResponses = 10_000_000, MostConditionals = 2 * MostResponses;

    private readonly bool[] _ends;
    private readonly int _limit;
    private int[] _parents = new int[16];
    private int[] _tokens = new int[16];
    private int[] _depths = new int[16];
    private int[] _children;
    private double[] _conditionals;

    public ResponseTree(int vocabularySize, IReadOnlyList<int> endOfSequenceIds, int limit)
    {
        VocabularySize = vocabularySize;
        _limit = limit;
        _ends = new bool[vocabularySize];
        foreach (int id in endOfSequenceIds) _ends[id] = true;
        (_children, _conditionals) = (new int[16 * vocabularySize], new double[16 * vocabularySize]);
        ContextCount = 1;
    }

    public int VocabularySize { get; }

    public int ContextCount { get; private set; }

    public int ResponseCount { get; private set; }

    /// <summary>Context above each context, <c>[contexts]</c>.</summary>
    public int[] Parents => _parents[..ContextCount];

    /// <summary>Token that leads to each context, <c>[contexts]</c>.</summary>
    public int[] Tokens => _tokens[..ContextCount];

    /// <summary>Response tokens so far of each context, <c>[contexts]</c>.</summary>
    public int[] Depths => _depths[..ContextCount];

    /// <summary>Context below each token, <see cref="Response"/> or <see cref="Impossible"/>, <c>[contexts × vocabulary]</c>.</summary>
    public int[] Children => _children[..(ContextCount * VocabularySize)];

    /// <summary>Log-probability of each token, <c>[contexts × vocabulary]</c>.</summary>
    public double[] Conditionals => _conditionals[..(ContextCount * VocabularySize)];

    /// <summary>Response tokens so far of a context.</summary>
    public int Depth(int context) => _depths[context];

    /// <summary>Whether a token ends a response.</summary>
    public bool Ends(int token) => _ends[token];

    /// <summary>Sets the distribution of a context and appends the contexts below it.</summary>
    /// <exception cref="InputException">The tree has become too large.</exception>
    public void Expand(int context, ReadOnlySpan<double> logProbabilities)
    {
        int depth = _depths[context] + 1;
        for (int token = 0; token < VocabularySize; token++)
        {
            int at = context * VocabularySize + token;
            _conditionals[at] = logProbabilities[token];
            bool completes = _ends[token] || depth == _limit;
            if (double.IsNegativeInfinity(logProbabilities[token])) _children[at] = Impossible;
            else if (completes) (_children[at], ResponseCount) = (Response, ResponseCount + 1);
            else
            {
                int child = Append(context, token, depth);
                _children[at] = child;
            }
        }
        if (ResponseCount > MostResponses || (long)ContextCount * VocabularySize > MostConditionals)
            throw new InputException(string.Create(CultureInfo.InvariantCulture,
                $"The responses of up to {_limit} tokens over {VocabularySize} ids are too many to enumerate: more "
                + $"than {MostResponses:N0}, or a table of more than {MostConditionals:N0} conditionals. Lower the limit or the "
                + $"vocabulary."));
    }

    /// <summary>Writes the response tokens that lead to a context and returns their number.</summary>
    public int CopyIds(int context, Span<int> ids)
    {
        int length = _depths[context];
        for (int t = length - 1; t >= 0; context = _parents[context], t--) ids[t] = _tokens[context];
        return length;
    }

    /// <summary>The contexts below a context that has been expanded, with the tokens that lead to them.</summary>
    public IEnumerable<(int Context, int Token)> ContextsBelow(int context) =>
        Enumerable.Range(0, VocabularySize).Select(token => (_children[context * VocabularySize + token], token))
            .Where(child => child.Item1 >= 0);

    private int Append(int parent, int token, int depth)
    {
        int context = ContextCount++;
        if (context == _parents.Length)
        {
            int size = 2 * context;
            Array.Resize(ref _parents, size);
            Array.Resize(ref _tokens, size);
            Array.Resize(ref _depths, size);
            Array.Resize(ref _children, size * VocabularySize);
            Array.Resize(ref _conditionals, size * VocabularySize);
        }
        (_parents[context], _tokens[context], _depths[context]) = (parent, token, depth);
        return context;
    }
}
