namespace Tilt.Rollouts;

/// <summary>Text to token ids and back.</summary>
public interface ITokenizer
{
    /// <summary>Number of ids.</summary>
    int VocabularySize { get; }

    /// <summary>Ids that end a response, the principal one first.</summary>
    IReadOnlyList<int> EndOfSequenceIds { get; }

    /// <summary>The id put before every document, or null.</summary>
    int? BeginOfSequenceId { get; }

    /// <summary>Ids of <paramref name="text"/>, without added special tokens; special tokens written in the text are recognised.</summary>
    /// <exception cref="FormatException">The text has a part that no token stands for (word-level vocabularies only); the message quotes it.</exception>
    int[] Encode(string text);

    /// <summary>Text of <paramref name="ids"/>.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Leaves out special tokens such as the end-of-sequence token.</param>
    string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false);
}
