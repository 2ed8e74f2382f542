namespace Tilt.Rollouts;

/// <summary>The text a verifier or a person reads.</summary>
public static class ResponseText
{
    /// <summary>Text of a response, cut at the first end-of-sequence token, without special tokens.</summary>
    public static string Of(ReadOnlySpan<int> responseIds, ITokenizer tokenizer)
    {
        for (int t = 0; t < responseIds.Length; t++)
        {
            if (tokenizer.EndOfSequenceIds.Contains(responseIds[t]))
            {
                responseIds = responseIds[..t];
                break;
            }
        }

        return tokenizer.Decode(responseIds, skipSpecialTokens: true);
    }
}
