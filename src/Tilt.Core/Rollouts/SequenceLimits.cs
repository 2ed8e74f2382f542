namespace Tilt.Rollouts;

/// <summary>What sequences a model takes.</summary>
/// <param name="ContextLength">Most tokens, prompt and response together.</param>
/// <param name="VocabularySize">Ids are from 0 to one less.</param>
public readonly record struct SequenceLimits(int ContextLength, int VocabularySize)
{
    /// <summary>
    /// What the model cannot take of a sequence, as the rest of a sentence that begins with the sequence: "has no tokens; at least one is
    /// needed". Null when the model takes it.
    /// </summary>
    /// <param name="ids">The sequence.</param>
    /// <param name="newTokens">Most tokens that are to follow it.</param>
    /// <param name="option">What names that number, such as <c>--max-new-tokens</c>; null where nothing does.</param>
    public string? Problem(ReadOnlySpan<int> ids, int newTokens = 0, string? option = null)
    {
        if (ids.Length == 0) return "has no tokens; at least one is needed";
        if ((long)ids.Length + newTokens > ContextLength)
            return newTokens == 0
                ? $"has {ids.Length} tokens, which exceeds the model's context of {ContextLength}"
                : $"has {ids.Length} tokens, and with {newTokens} new ones{(option is null ? "" : $" ({option})")} exceeds the model's "
                    + $"context of {ContextLength}";
        foreach (int id in ids)
            if ((uint)id >= (uint)VocabularySize)
                return $"holds the token id {id}, which is outside the model's vocabulary of {VocabularySize}";
        return null;
    }
}
