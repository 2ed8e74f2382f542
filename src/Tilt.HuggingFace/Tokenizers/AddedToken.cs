namespace Tilt.HuggingFace.Tokenizers;

/// <summary>A token that is recognised in the text before it is split into words, for example <c>&lt;|im_start|&gt;</c>.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text, not empty.</param>
public sealed record AddedToken(int Id, string Content)
{
    /// <summary>Left out when text is decoded without special tokens (<c>special</c>).</summary>
    public bool Special { get; init; }

    /// <summary>Looked for in the normalised text rather than in the text as given (<c>normalized</c>).</summary>
    public bool Normalized { get; init; }

    /// <summary>Recognised only where no word character stands directly before or after it (<c>single_word</c>).</summary>
    public bool SingleWord { get; init; }

    /// <summary>Swallows the white space before it (<c>lstrip</c>).</summary>
    public bool LeftStrip { get; init; }

    /// <summary>Swallows the white space after it (<c>rstrip</c>).</summary>
    public bool RightStrip { get; init; }

    /// <summary>
    /// The model's own vocabulary holds it as well, so that it can also come out of a whole word where merges are ignored.
    /// </summary>
    public bool InVocabulary { get; init; }
}
