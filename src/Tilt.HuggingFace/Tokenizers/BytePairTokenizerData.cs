using Tilt.HuggingFace.Tokenizers.PreTokenization;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>
/// A byte-level byte-pair tokenizer as plain data, read and checked from the Hugging Face files of a model folder by
/// <see cref="BytePairTokenizerReader"/>: what <c>BytePairTokenizer</c> works with and what exporters write.
/// </summary>
public sealed record BytePairTokenizerData
{
    /// <summary>
    /// The token of every id, null where an id has none. Tokens of the model's vocabulary are written with one character a byte
    /// (GPT-2's table: a space is <c>Ġ</c>, see <see cref="ByteAlphabet"/>); <see cref="AddedTokens"/> are written as they stand in text.
    /// </summary>
    public required IReadOnlyList<string?> Tokens { get; init; }

    /// <summary>The merges, most urgent first.</summary>
    public required IReadOnlyList<TokenMerge> Merges { get; init; }

    /// <summary>The added tokens by ascending id; those with <see cref="AddedToken.Special"/> are the special ones.</summary>
    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    /// <summary>How text is split into words; the last step is <see cref="PreTokenizerStep.ByteLevel"/>.</summary>
    public required IReadOnlyList<PreTokenizerStep> PreTokenizer { get; init; }

    /// <summary>A word that is a token as a whole is that token, whatever the merges would make of it (<c>ignore_merges</c>).</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>Text is brought into Unicode's normalisation form C first.</summary>
    public bool NormalizeNfc { get; init; }

    /// <summary>Ids that the post-processor puts before a text.</summary>
    public IReadOnlyList<int> Prefix { get; init; } = [];

    /// <summary>Ids that the post-processor puts after a text.</summary>
    public IReadOnlyList<int> Suffix { get; init; } = [];

    /// <summary>
    /// Ids that end a response: <c>eos_token</c> first, then those of <c>generation_config.json</c> or <c>config.json</c>; empty where no
    /// file names one.
    /// </summary>
    public IReadOnlyList<int> EndOfSequenceIds { get; init; } = [];

    /// <summary>Id of <c>bos_token</c>, or null.</summary>
    public int? BeginOfSequenceId { get; init; }

    /// <summary>Id of <c>pad_token</c>, or null.</summary>
    public int? PaddingId { get; init; }

    /// <summary>The chat template in Jinja as the folder has it, or null.</summary>
    public string? ChatTemplate { get; init; }

    /// <summary>The name of the pre-tokenizer where it is a well-known one.</summary>
    public PreTokenizerKind PreTokenizerKind => WellKnownPatterns.KindOf(PreTokenizer);
}

/// <summary>A merge: the two tokens side by side become one.</summary>
/// <param name="Left">Id of the first token.</param>
/// <param name="Right">Id of the second token.</param>
/// <param name="Merged">Id of the token whose text is that of both.</param>
public readonly record struct TokenMerge(int Left, int Right, int Merged);
