using System.Text.Json;
using Tilt.Files;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>
/// The added tokens while a tokenizer is read: ids follow the model's vocabulary as Hugging Face's tokenizers library gives them,
/// and later files may change the flags of tokens that earlier ones made.
/// </summary>
/// <param name="vocabulary">The model's own tokens.</param>
internal sealed class AddedVocabulary(IReadOnlyDictionary<string, int> vocabulary)
{
    private readonly Dictionary<string, AddedToken> _tokens = [];
    private int _next = vocabulary.Count;

    /// <summary>All added tokens by ascending id.</summary>
    public IReadOnlyList<AddedToken> Tokens => [.. _tokens.Values.OrderBy(token => token.Id)];

    /// <summary>The id of a token of either kind, or null.</summary>
    public int? IdOf(string token) =>
        _tokens.TryGetValue(token, out AddedToken? added) ? added.Id : vocabulary.TryGetValue(token, out int id) ? id : null;

    /// <summary>The added token with this text, or null.</summary>
    public AddedToken? Find(string content) => _tokens.GetValueOrDefault(content);

    /// <summary>Adds a token or changes the flags of a present one.</summary>
    /// <param name="token">The token with the id that its file states.</param>
    /// <param name="path">The file, for errors.</param>
    /// <exception cref="InputException">The stated id is not the one that the token has or would be given.</exception>
    public void Add(AddedToken token, string path)
    {
        int id = IdOf(token.Content) ?? _next;
        if (id != token.Id)
            throw new InputException($"'{path}' gives the added token '{token.Content}' the id {token.Id}, but by the rest of the "
                + $"vocabulary it has the id {id}. The tokenizer files do not belong together or are damaged.");
        Put(token);
    }

    /// <summary>Makes a token special, adding it where it is new.</summary>
    public void MakeSpecial(string content)
    {
        if (content.Length == 0) return;
        Put((Find(content) ?? new AddedToken(IdOf(content) ?? _next, content)) with { Special = true });
    }

    /// <summary>A token of <c>added_tokens</c> or <c>added_tokens_decoder</c>.</summary>
    public static AddedToken Read(JsonElement element, int id, string path)
    {
        string content = JsonFile.Text(element, "content", path);
        if (content.Length == 0) throw new InputException($"'{path}' has an added token (id {id}) without text.");
        bool special = JsonFile.Flag(element, "special", path);
        return new AddedToken(id, content)
        {
            Special = special,
            Normalized = JsonFile.Flag(element, "normalized", path, standard: !special),
            SingleWord = JsonFile.Flag(element, "single_word", path),
            LeftStrip = JsonFile.Flag(element, "lstrip", path),
            RightStrip = JsonFile.Flag(element, "rstrip", path),
        };
    }

    private void Put(AddedToken token)
    {
        _tokens[token.Content] = token with { InVocabulary = vocabulary.ContainsKey(token.Content) };
        _next = Math.Max(_next, token.Id + 1);
    }
}
