namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>One step of splitting text into words, in the terms of <c>tokenizer.json</c>.</summary>
public abstract record PreTokenizerStep
{
    private PreTokenizerStep()
    {
    }

    /// <summary>Splits at the matches of a pattern.</summary>
    /// <param name="Pattern">A regular expression in Oniguruma's syntax, or the literal text.</param>
    /// <param name="IsRegex">The pattern is a regular expression.</param>
    /// <param name="Behavior">What becomes of the matches.</param>
    /// <param name="Invert">Matches and the text between them change places.</param>
    public sealed record Split(string Pattern, bool IsRegex, SplitBehavior Behavior, bool Invert) : PreTokenizerStep;

    /// <summary>Sets digits apart from other text.</summary>
    /// <param name="Individual">Every digit by itself, rather than runs of them.</param>
    public sealed record Digits(bool Individual) : PreTokenizerStep;

    /// <summary>The last step of a byte-level tokenizer: words become their UTF-8 bytes.</summary>
    /// <param name="AddPrefixSpace">A space is put before every piece that starts with none.</param>
    /// <param name="UseRegex">Pieces are split by GPT-2's pattern first.</param>
    public sealed record ByteLevel(bool AddPrefixSpace, bool UseRegex) : PreTokenizerStep;
}

/// <summary>What becomes of the matches that split a text.</summary>
public enum SplitBehavior
{
    /// <summary>They vanish.</summary>
    Removed,

    /// <summary>Each is a piece of its own.</summary>
    Isolated,

    /// <summary>Each joins the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>Each joins the piece after it.</summary>
    MergedWithNext,

    /// <summary>Neighbouring matches are one piece.</summary>
    Contiguous,
}

/// <summary>The pre-tokenizers that are known by name, for example to llama.cpp.</summary>
public enum PreTokenizerKind
{
    /// <summary>Any other sequence of steps.</summary>
    Other,

    /// <summary>Llama 3: numbers in groups of up to three digits.</summary>
    Llama3,

    /// <summary>Qwen2 and Qwen3: every digit by itself.</summary>
    Qwen2,

    /// <summary>GPT-2: runs of digits stay whole.</summary>
    Gpt2,

    /// <summary>SmolLM2: every digit by itself, the rest like GPT-2.</summary>
    SmolLm,
}
