using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>Writes a word-level tokenizer as Hugging Face files, which Transformers' <c>AutoTokenizer</c> reads.</summary>
public static class WordLevelTokenizerWriter
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes <c>tokenizer.json</c>, <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>. The end token also stands
    /// before every document.
    /// </summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="tokens">All tokens; ids are positions.</param>
    /// <param name="end">The token of <paramref name="tokens"/> that ends and begins documents.</param>
    /// <param name="padding">The padding token of <paramref name="tokens"/>.</param>
    /// <param name="contextLength">Most tokens the model takes.</param>
    public static void Write(string folder, IReadOnlyList<string> tokens, string end, string padding, int contextLength)
    {
        Save(folder, "tokenizer.json", new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray(Added(tokens, end), Added(tokens, padding)),
            ["normalizer"] = null,
            ["pre_tokenizer"] = Splitter(tokens.Where(token => token != end && token != padding)),
            ["post_processor"] = BeginWith(end, IndexOf(tokens, end)),
            ["decoder"] = new JsonObject { ["type"] = "Fuse" },
            ["model"] = Model(tokens),
        });
        Save(folder, "tokenizer_config.json", new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["bos_token"] = end,
            ["eos_token"] = end,
            ["pad_token"] = padding,
            ["clean_up_tokenization_spaces"] = false,
            ["model_max_length"] = contextLength,
        });
        Save(folder, "special_tokens_map.json", new JsonObject { ["bos_token"] = end, ["eos_token"] = end, ["pad_token"] = padding });
    }

    private static JsonObject Added(IReadOnlyList<string> tokens, string token) => new()
    {
        ["id"] = IndexOf(tokens, token),
        ["content"] = token,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    // Alternatives are tried from left to right, so the longest stands first and wins.
    private static JsonObject Splitter(IEnumerable<string> tokens) => new()
    {
        ["type"] = "Split",
        ["pattern"] = new JsonObject
        {
            ["Regex"] = string.Join('|',
                tokens.OrderByDescending(token => token.Length).ThenBy(token => token, StringComparer.Ordinal).Select(Escape))
        },
        ["behavior"] = "Isolated",
        ["invert"] = false,
    };

    // Regex.Escape also escapes spaces and '#', which not every regular-expression engine understands.
    private static string Escape(string token) => string.Concat(token.Select(c => "\\{}()[]+*.?|^$".Contains(c) ? $"\\{c}" : $"{c}"));

    private static JsonObject BeginWith(string token, int id) => new()
    {
        ["type"] = "TemplateProcessing",
        ["single"] = new JsonArray(Special(token), Sequence("A", 0)),
        ["pair"] = new JsonArray(Special(token), Sequence("A", 0), Sequence("B", 1)),
        ["special_tokens"] =
            new JsonObject { [token] = new JsonObject { ["id"] = token, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(token) } },
    };

    private static JsonObject Special(string token) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = 0 } };

    private static JsonObject Sequence(string name, int type) =>
        new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = type } };

    // The format demands the name of an unknown token; without one of that name, unknown text is an error, as it should be.
    private static JsonObject Model(IReadOnlyList<string> tokens)
    {
        var vocabulary = new JsonObject();
        for (int id = 0; id < tokens.Count; id++) vocabulary[tokens[id]] = id;
        return new JsonObject { ["type"] = "WordLevel", ["vocab"] = vocabulary, ["unk_token"] = "<unk>" };
    }

    private static int IndexOf(IReadOnlyList<string> tokens, string token)
    {
        for (int id = 0; id < tokens.Count; id++)
            if (tokens[id] == token) return id;
        throw new ArgumentException($"The token '{token}' is not among the tokens.", nameof(token));
    }

    private static void Save(string folder, string name, JsonObject content) =>
        File.WriteAllText(Path.Combine(folder, name), content.ToJsonString(Indented) + "\n");
}
