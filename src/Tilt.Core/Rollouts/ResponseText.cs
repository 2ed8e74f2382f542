namespace Tilt.Rollouts;

/// <summary>The text a verifier or a person reads.</summary>
public static class ResponseText
{
    /// <summary>Text of a response, cut at the first end-of-sequence token, without special tokens.</summary>
    public static string Of(ReadOnlySpan<int> responseIds, ITokenizer tokenizer)
    {
        int end = EndOf(responseIds, tokenizer);
        return tokenizer.Decode(end < 0 ? responseIds : responseIds[..end], skipSpecialTokens: true);
    }

    /// <summary>Whether a response ended by itself: it has an end-of-sequence token.</summary>
    public static bool HasEnd(ReadOnlySpan<int> responseIds, ITokenizer tokenizer) => EndOf(responseIds, tokenizer) >= 0;

    private static int EndOf(ReadOnlySpan<int> responseIds, ITokenizer tokenizer)
    {
        for (int t = 0; t < responseIds.Length; t++)
            if (tokenizer.EndOfSequenceIds.Contains(responseIds[t])) return t;
        return -1;
    }
}
