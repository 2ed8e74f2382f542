using System.Text;

namespace Tilt.Rollouts;

/// <summary>Text to token ids and back.</summary>
public interface ITokenizer
{
    /// <summary>Number of ids.</summary>
    int VocabularySize { get; }

    /// <summary>Ids that end a response, the principal one first; empty where the tokenizer's files name none.</summary>
    IReadOnlyList<int> EndOfSequenceIds { get; }

    /// <summary>The id put before every document, or null.</summary>
    int? BeginOfSequenceId { get; }

    /// <summary>Ids of <paramref name="text"/>, without added special tokens; special tokens written in the text are recognised.</summary>
    /// <exception cref="FormatException">The text has a part that no token stands for (vocabularies that do not hold every byte); the
    /// message quotes it.</exception>
    int[] Encode(string text);

    /// <summary>
    /// Ids of <paramref name="text"/> with the special tokens that the tokenizer puts around a document, for example begin-of-sequence.
    /// </summary>
    /// <exception cref="FormatException">As for <see cref="Encode"/>.</exception>
    int[] EncodeWithSpecialTokens(string text) => BeginOfSequenceId is { } first ? [first, .. Encode(text)] : Encode(text);

    /// <summary>Text of <paramref name="ids"/>.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Leaves out special tokens such as the end-of-sequence token.</param>
    string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false);

    /// <summary>
    /// The UTF-8 bytes that a token stands for: part of a character, perhaps. Those of all tokens one after the other are the bytes of the
    /// text.
    /// </summary>
    /// <param name="id">A token id.</param>
    /// <param name="skipSpecialTokens">A special token has no bytes.</param>
    byte[] BytesOf(int id, bool skipSpecialTokens = false) => Encoding.UTF8.GetBytes(Decode([id], skipSpecialTokens));
}
