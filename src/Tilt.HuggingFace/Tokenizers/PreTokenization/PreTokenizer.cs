namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>Splits text into the words that merges happen within.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Makes the fastest one for the steps.</summary>
    /// <exception cref="FormatException">A regular expression uses something that is not supported.</exception>
    public static PreTokenizer Create(IReadOnlyList<PreTokenizerStep> steps) => WellKnownPatterns.KindOf(steps) switch
    {
        PreTokenizerKind.Llama3 => new WordScanner(digits: 3),
        PreTokenizerKind.Qwen2 => new WordScanner(digits: 1),
        _ => new SteppedPreTokenizer(steps),
    };

    /// <summary>Adds the words of a text, none of them empty, in order.</summary>
    public abstract void Split(ReadOnlyMemory<char> text, List<ReadOnlyMemory<char>> words);
}
