namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>A match that splits a text.</summary>
/// <param name="Start">Its first character.</param>
/// <param name="End">Past its last character.</param>
internal readonly record struct SplitMatch(int Start, int End)
{
    private readonly record struct Piece(int Start, int End, bool IsMatch);

    /// <summary>Adds the pieces that matches split a text into.</summary>
    public static void Apply(
        List<SplitMatch> matches, int length, SplitBehavior behavior, bool invert, ReadOnlyMemory<char> text,
        List<ReadOnlyMemory<char>> pieces)
    {
        foreach ((int start, int end, _) in Join(Cover(matches, length, invert), behavior))
            if (end > start) pieces.Add(text[start..end]);
    }

    // Matches and what lies between them, in order.
    private static List<Piece> Cover(List<SplitMatch> matches, int length, bool invert)
    {
        var pieces = new List<Piece>(2 * matches.Count + 1);
        int at = 0;
        foreach ((int start, int end) in matches)
        {
            if (start > at) pieces.Add(new(at, start, invert));
            pieces.Add(new(start, end, !invert));
            at = end;
        }
        if (at < length) pieces.Add(new(at, length, invert));
        return pieces;
    }

    private static List<Piece> Join(List<Piece> pieces, SplitBehavior behavior)
    {
        switch (behavior)
        {
            case SplitBehavior.Isolated:
                return pieces;
            case SplitBehavior.Removed:
                return [.. pieces.Where(piece => !piece.IsMatch)];
            case SplitBehavior.MergedWithNext:
                return MergeWithNext(pieces);
        }
        var joined = new List<Piece>();
        bool previous = false;
        foreach (Piece piece in pieces)
        {
            bool joins = behavior == SplitBehavior.Contiguous ? piece.IsMatch == previous : piece.IsMatch && !previous;
            if (joins && joined.Count > 0) joined[^1] = joined[^1] with { End = piece.End };
            else joined.Add(piece);
            previous = piece.IsMatch;
        }
        return joined;
    }

    private static List<Piece> MergeWithNext(List<Piece> pieces)
    {
        var joined = new List<Piece>();
        bool following = false;
        for (int i = pieces.Count - 1; i >= 0; i--)
        {
            if (pieces[i].IsMatch && !following && joined.Count > 0) joined[^1] = joined[^1] with { Start = pieces[i].Start };
            else joined.Add(pieces[i]);
            following = pieces[i].IsMatch;
        }
        joined.Reverse();
        return joined;
    }
}
