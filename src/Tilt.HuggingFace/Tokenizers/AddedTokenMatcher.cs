using System.Buffers;
using Tilt.HuggingFace.Tokenizers.Unicode;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>Finds added tokens in a text: the leftmost, and of those the longest, by a tree of their characters.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Dictionary<(int Node, char Next), int> _edges = [];
    private readonly List<AddedToken?> _ends = [null];
    private readonly SearchValues<char> _firsts;

    /// <param name="tokens">The tokens with the texts to look for, none of them empty.</param>
    public AddedTokenMatcher(IReadOnlyCollection<(string Text, AddedToken Token)> tokens)
    {
        foreach ((string text, AddedToken token) in tokens)
        {
            int node = 0;
            foreach (char c in text)
            {
                if (!_edges.TryGetValue((node, c), out int next))
                {
                    next = _ends.Count;
                    _ends.Add(null);
                    _edges.Add((node, c), next);
                }
                node = next;
            }
            _ends[node] = token;
        }
        _firsts = SearchValues.Create([.. tokens.Select(token => token.Text[0])]);
    }

    /// <summary>The parts of a text in order: added tokens by id, and the text between them with id −1.</summary>
    public List<(ReadOnlyMemory<char> Text, int Id)> Split(ReadOnlyMemory<char> text)
    {
        var parts = new List<(ReadOnlyMemory<char> Text, int Id)>();
        ReadOnlySpan<char> span = text.Span;
        int copied = 0;
        for (int at = 0; Find(span, ref at, out int end) is { } token; at = end)
        {
            if (token.SingleWord && (EndsInWord(span[..at]) || StartsWithWord(span[end..]))) continue;
            (int start, int stop) = (at, end);
            // White space that the token before has swallowed is gone.
            if (token.LeftStrip) start = Math.Max(TrimmedEnd(span[..start]), copied);
            if (token.RightStrip) stop += LeadingWhiteSpace(span[stop..]);
            if (copied < start) parts.Add((text[copied..start], -1));
            parts.Add((default, token.Id));
            copied = stop;
        }
        if (copied < span.Length) parts.Add((text[copied..], -1));
        return parts;
    }

    private AddedToken? Find(ReadOnlySpan<char> text, ref int at, out int end)
    {
        for (end = 0; at < text.Length; at++)
        {
            int skipped = text[at..].IndexOfAny(_firsts);
            if (skipped < 0) return null;
            at += skipped;
            AddedToken? longest = null;
            for (int i = at, node = 0; i < text.Length && _edges.TryGetValue((node, text[i]), out node); i++)
                if (_ends[node] is { } token) (longest, end) = (token, i + 1);
            if (longest is not null) return longest;
        }
        return null;
    }

    private static bool StartsWithWord(ReadOnlySpan<char> text) => text.Length > 0 && CodePoint.IsWord(CodePoint.At(text, 0, out _));

    private static bool EndsInWord(ReadOnlySpan<char> text) =>
        text.Length > 0 && CodePoint.IsWord(CodePoint.At(text, CodePoint.Before(text, text.Length), out _));

    private static int TrimmedEnd(ReadOnlySpan<char> text)
    {
        int end = text.Length;
        while (end > 0 && CodePoint.IsWhiteSpace(text[end - 1])) end--;
        return end;
    }

    private static int LeadingWhiteSpace(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length && CodePoint.IsWhiteSpace(text[length])) length++;
        return length;
    }
}
