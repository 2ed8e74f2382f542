using System.Text;
using System.Text.RegularExpressions;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>
/// A word-level tokenizer: a regular expression splits the text into pieces, and every piece is one token. Lossless: decoding
/// an encoded text gives the text, and a text with a part that no token stands for is refused.
/// </summary>
public sealed class WordLevelTokenizer : ITokenizer
{
    private readonly string?[] _textOf;
    private readonly Dictionary<string, int> _idOf = [];
    private readonly HashSet<int> _specialIds;
    private readonly Regex? _addedTokens;
    private readonly Regex? _pieces;

    /// <summary>Makes a tokenizer.</summary>
    /// <param name="vocabulary">Text and id of every token, added ones included.</param>
    /// <param name="added">Tokens recognised before the text is split.</param>
    /// <param name="special">Those of them that are left out of plain text.</param>
    /// <param name="pieces">Matches one piece after the other; null takes the text between added tokens as one piece.</param>
    /// <param name="endOfSequence">Tokens that end a response, the principal one first.</param>
    /// <param name="beginOfSequence">The token put before every document, or null.</param>
    /// <exception cref="ArgumentException">A token that is referred to is not in the vocabulary, or two tokens share an id.</exception>
    public WordLevelTokenizer(
        IReadOnlyDictionary<string, int> vocabulary,
        IReadOnlyCollection<string> added,
        IReadOnlyCollection<string> special,
        Regex? pieces,
        IReadOnlyList<string> endOfSequence,
        string? beginOfSequence)
    {
        this._pieces = pieces;
        _textOf = new string?[vocabulary.Count == 0 ? 0 : vocabulary.Values.Max() + 1];
        foreach (var (text, id) in vocabulary)
        {
            if (_textOf[id] is { } other)
                throw new ArgumentException($"The tokens '{other}' and '{text}' both have id {id}.", nameof(vocabulary));
            _textOf[id] = text;
            _idOf.Add(text, id);
        }
        _specialIds = [.. special.Select(IdOf)];
        foreach (string text in added) IdOf(text);
        if (added.Count > 0)
            _addedTokens = new Regex(string.Join('|', added.OrderByDescending(text => text.Length).Select(Regex.Escape)),
                RegexOptions.CultureInvariant);
        EndOfSequenceIds = [.. endOfSequence.Select(IdOf)];
        BeginOfSequenceId = beginOfSequence is null ? null : IdOf(beginOfSequence);
    }

    /// <inheritdoc/>
    public int VocabularySize => _textOf.Length;

    /// <inheritdoc/>
    public IReadOnlyList<int> EndOfSequenceIds { get; }

    /// <inheritdoc/>
    public int? BeginOfSequenceId { get; }

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        var ids = new List<int>();
        int position = 0;
        if (_addedTokens is not null)
        {
            foreach (Match match in _addedTokens.Matches(text))
            {
                EncodePieces(text[position..match.Index], ids);
                ids.Add(_idOf[match.Value]);
                position = match.Index + match.Length;
            }
        }
        EncodePieces(text[position..], ids);
        return [.. ids];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">An id stands for no token.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false)
    {
        var text = new StringBuilder();
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)_textOf.Length || _textOf[id] is not { } token)
                throw new ArgumentOutOfRangeException(nameof(ids), id,
                    $"No token has the id {id}; the vocabulary has {_textOf.Length} ids.");
            if (!skipSpecialTokens || !_specialIds.Contains(id)) text.Append(token);
        }
        return text.ToString();
    }

    private int IdOf(string token) =>
        _idOf.TryGetValue(token, out int id) ? id : throw new ArgumentException($"The token '{token}' is not in the vocabulary.");

    private void EncodePieces(string text, List<int> ids)
    {
        int position = 0;
        if (_pieces is not null)
        {
            foreach (Match match in _pieces.Matches(text))
            {
                if (match.Length == 0) continue;
                EncodePiece(text[position..match.Index], ids);
                EncodePiece(match.Value, ids);
                position = match.Index + match.Length;
            }
        }
        EncodePiece(text[position..], ids);
    }

    private void EncodePiece(string piece, List<int> ids)
    {
        if (piece.Length == 0) return;
        if (!_idOf.TryGetValue(piece, out int id))
            throw new FormatException($"No token stands for '{piece}'; this vocabulary knows only its own words.");
        ids.Add(id);
    }
}
