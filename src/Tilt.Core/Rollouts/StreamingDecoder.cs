using System.Text;

namespace Tilt.Rollouts;

/// <summary>
/// Text of token ids that arrive one by one. A character whose bytes are spread over several tokens comes with the last of
/// them; all pieces one after the other are what <see cref="ITokenizer.Decode"/> makes of all ids.
/// </summary>
/// <param name="tokenizer">The tokenizer.</param>
/// <param name="skipSpecialTokens">Leaves out special tokens.</param>
public sealed class StreamingDecoder(ITokenizer tokenizer, bool skipSpecialTokens = false)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

    /// <summary>The text that is certain after one more token; may be empty.</summary>
    public string Append(int id) => Next(tokenizer.BytesOf(id, skipSpecialTokens), flush: false);

    /// <summary>The end of the text: U+FFFD when it stops within a character, else nothing. The decoder can then be used anew.</summary>
    public string Complete() => Next([], flush: true);

    private string Next(ReadOnlySpan<byte> bytes, bool flush)
    {
        Span<char> characters = stackalloc char[256];
        if (bytes.Length + 4 > characters.Length) characters = new char[bytes.Length + 4];
        return characters[.._decoder.GetChars(bytes, characters, flush)].ToString();
    }
}
