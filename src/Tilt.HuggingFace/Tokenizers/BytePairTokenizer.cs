using System.Buffers;
using System.Text;
using Tilt.HuggingFace.Tokenizers.PreTokenization;
using Tilt.HuggingFace.Tokenizers.Unicode;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>
/// A byte-level byte-pair tokenizer, as Llama 3, Qwen2.5 and Qwen3 have: added tokens are taken out of the text, the rest is
/// normalised, split into words and merged from bytes. Every text has ids, and decoding them gives the (normalised) text.
/// </summary>
/// <remarks>For use by several threads at once. It keeps the ids of up to 65,536 short words.</remarks>
public sealed class BytePairTokenizer : ITokenizer
{
    private readonly BytePairTokenizerData _data;
    private readonly CanonicalComposition? _composition;
    private readonly AddedTokenMatcher _asWritten, _asNormalized;
    private readonly PreTokenizer _preTokenizer;
    private readonly WordEncoder _words;
    private readonly string?[] _texts;
    private readonly HashSet<string> _special;

    /// <summary>Makes a tokenizer.</summary>
    /// <param name="data">The tokenizer's data, from <see cref="BytePairTokenizerReader"/>.</param>
    /// <exception cref="FormatException">The pre-tokenizer has a regular expression that is malformed or not supported; the message says
    /// what and where.</exception>
    public BytePairTokenizer(BytePairTokenizerData data)
    {
        this._data = data;
        _composition = data.NormalizeNfc ? new CanonicalComposition() : null;
        _preTokenizer = PreTokenizer.Create(data.PreTokenizer);
        _words = new WordEncoder(data);
        _special = [.. data.AddedTokens.Where(token => token.Special).Select(token => token.Content)];
        _asWritten = new([.. data.AddedTokens.Where(token => !token.Normalized).Select(token => (token.Content, token))]);
        _asNormalized = new([.. data.AddedTokens.Where(token => token.Normalized)
            .Select(token => (Normalize(token.Content.AsMemory()).ToString(), token))]);
        _texts = [.. data.Tokens];
        // What is looked for in normalised text is also decoded to normalised text.
        foreach (AddedToken token in data.AddedTokens)
            if (token.Normalized) _texts[token.Id] = Normalize(token.Content.AsMemory()).ToString();
    }

    /// <summary>What the tokenizer was made from.</summary>
    public BytePairTokenizerData Data => _data;

    /// <inheritdoc/>
    public int VocabularySize => _data.Tokens.Count;

    /// <inheritdoc/>
    public IReadOnlyList<int> EndOfSequenceIds => _data.EndOfSequenceIds;

    /// <inheritdoc/>
    public int? BeginOfSequenceId => _data.BeginOfSequenceId;

    /// <inheritdoc/>
    /// <remarks>Half of a surrogate pair counts as U+FFFD.</remarks>
    /// <exception cref="FormatException">The vocabulary has no token for a byte of the text; published ones have all 256.</exception>
    /// <exception cref="InputException">The pre-tokenizer's regular expression takes too many steps for the text.</exception>
    public int[] Encode(string text)
    {
        var ids = new List<int>(text.Length / 3 + 8);
        var pieces = new List<ReadOnlyMemory<char>>();
        foreach ((ReadOnlyMemory<char> written, int id) in _asWritten.Split(CodePoint.WellFormed(text).AsMemory()))
        {
            if (id >= 0)
            {
                ids.Add(id);
                continue;
            }
            foreach ((ReadOnlyMemory<char> normalized, int normalizedId) in _asNormalized.Split(Normalize(written)))
            {
                if (normalizedId >= 0) ids.Add(normalizedId);
                else EncodePlain(normalized, pieces, ids);
            }
        }
        return [.. ids];
    }

    /// <inheritdoc/>
    public int[] EncodeWithSpecialTokens(string text) => [.. _data.Prefix, .. Encode(text), .. _data.Suffix];

    /// <inheritdoc/>
    /// <remarks>
    /// Every maximal invalid sequence of bytes becomes one U+FFFD. Ids without a token, such as the padded rows of a model's vocabulary,
    /// are left out.
    /// </remarks>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (int id in ids) bytes.Write(BytesOf(id, skipSpecialTokens));
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <inheritdoc/>
    public byte[] BytesOf(int id, bool skipSpecialTokens = false) =>
        (uint)id < (uint)_texts.Length && _texts[id] is { } token && !(skipSpecialTokens && _special.Contains(token))
            ? ByteAlphabet.BytesOf(token)
            : [];

    private ReadOnlyMemory<char> Normalize(ReadOnlyMemory<char> text) => _composition?.Normalize(text) ?? text;

    private void EncodePlain(ReadOnlyMemory<char> text, List<ReadOnlyMemory<char>> pieces, List<int> ids)
    {
        pieces.Clear();
        _preTokenizer.Split(text, pieces);
        foreach (ReadOnlyMemory<char> word in pieces) _words.Encode(word.Span, ids);
    }
}
