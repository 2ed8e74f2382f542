namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>The patterns of well-known pre-tokenizers, letter by letter as their files have them.</summary>
internal static class WellKnownPatterns
{
    /// <summary>Llama 3.</summary>
    public const string Llama3 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Qwen2, Qwen2.5 and Qwen3.</summary>
    public const string Qwen2 =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>GPT-2: what a ByteLevel step with use_regex splits by.</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>The name of a sequence of steps.</summary>
    public static PreTokenizerKind KindOf(IReadOnlyList<PreTokenizerStep> steps) => steps switch
    {
        [PreTokenizerStep.Split { IsRegex: true } split, PreTokenizerStep.ByteLevel { AddPrefixSpace: false, UseRegex: false }]
            when KeepsMatches(split) => KindOf(split.Pattern),
        [PreTokenizerStep.ByteLevel { AddPrefixSpace: false, UseRegex: true }] => PreTokenizerKind.Gpt2,
        [PreTokenizerStep.Digits { Individual: true }, PreTokenizerStep.ByteLevel { AddPrefixSpace: false, UseRegex: true }] =>
            PreTokenizerKind.SmolLm,
        _ => PreTokenizerKind.Other,
    };

    /// <summary>The name of a regular expression.</summary>
    public static PreTokenizerKind KindOf(string pattern) => pattern switch
    {
        Llama3 => PreTokenizerKind.Llama3,
        Qwen2 => PreTokenizerKind.Qwen2,
        Gpt2 => PreTokenizerKind.Gpt2,
        _ => PreTokenizerKind.Other,
    };

    // These patterns match every character, so nothing lies between two matches and both ways of writing it are the same.
    private static bool KeepsMatches(PreTokenizerStep.Split split) =>
        split is { Behavior: SplitBehavior.Isolated, Invert: false } or { Behavior: SplitBehavior.Removed, Invert: true };
}
