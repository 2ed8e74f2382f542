using System.Security.Cryptography;
using System.Text;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>Finds the chat format of a model: by name, or by its template, which must be one that is known letter by letter.</summary>
public static class ChatFormatLoader
{
    // SHA-256 of the templates with line feeds for line ends and none at the end, as Jinja reads them.
    private static readonly Dictionary<string, string> NameByTemplate = new()
    {
        ["d82792f95932f1c9cef5c4bd992f171225e3bf8c7b609b4557c9e1ec96be819f"] = "llama-3.2", // Llama-3.2-Instruct
        ["93c0e9aa3629bbd77e68dbc0f5621f6e6b23aa8d74b932595cdb8d64684526d7"] = "llama-3.2", // Llama-3.3-Instruct: the same without tools
        ["55b2f4a26ac9ee719330a61a0c39d9e538b0e9322212f048326318cff4f8674a"] = "qwen2.5", // Qwen2.5-Instruct
        ["87a2728cb8dc9fe424d624542f6060ec05a1d285ebbec578bb078900e33396b5"] = "qwen3", // Qwen3, April 2025
        ["64f85b198065d0fba2a81f37e10ed68161ce2c19a754c7100e67e0ca2ee9c326"] = "qwen3-2507", // Qwen3-Instruct-2507
    };

    /// <summary>The names that choose a format.</summary>
    public static IReadOnlyList<string> Names => ["llama-3.2", "qwen2.5", "qwen3", "qwen3-2507", "chatml", "none"];

    /// <summary>The format of a model folder.</summary>
    /// <param name="folder">The model folder, with <c>chat_template.jinja</c> or a <c>chat_template</c> in <c>tokenizer_config.json</c>.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="name">One of <see cref="Names"/>, or null to go by the template.</param>
    /// <exception cref="InputException">The name or the template is not known, there is no template, or the tokenizer lacks a token of the format.</exception>
    public static IChatFormat Load(string folder, ITokenizer tokenizer, string? name = null)
    {
        name ??= Recognize(folder);
        IChatFormat format = name switch
        {
            "llama-3.2" => new Llama3Format(tokenizer.BeginOfSequenceId is { } id ? tokenizer.Decode([id]) : ""),
            "qwen2.5" => new Qwen25Format(),
            "qwen3" => new Qwen3Format(),
            "qwen3-2507" => new ChatMlFormat("qwen3-2507"),
            "chatml" => new ChatMlFormat(),
            "none" => new PlainFormat(),
            _ => throw new InputException($"There is no chat format '{name}'. {Choices}"),
        };
        foreach (string token in format.SpecialTokens)
            if (!IsToken(token, tokenizer)) throw new InputException($"The chat format {name} needs the token '{token}', which the tokenizer of '{folder}' lacks. {Choices}");
        return format;
    }

    private static string Choices => $"Choose one with --chat-format: {string.Join(", ", Names)} (none writes the texts alone, as base models read them).";

    private static string Recognize(string folder)
    {
        string template = ChatTemplateFile.Read(folder) ?? throw new InputException($"'{folder}' has no chat template, neither chat_template.jinja nor 'chat_template' in tokenizer_config.json or chat_template.json. {Choices}");
        string text = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        if (text.EndsWith('\n')) text = text[..^1];
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return NameByTemplate.GetValueOrDefault(hash)
            ?? throw new InputException($"The chat template of '{folder}' is none of those that are known letter by letter: Llama-3.2-Instruct, Llama-3.3-Instruct, Qwen2.5-Instruct, Qwen3, Qwen3-Instruct-2507 (its SHA-256 is {hash}). {Choices}");
    }

    private static bool IsToken(string token, ITokenizer tokenizer)
    {
        try
        {
            return tokenizer.Encode(token).Length == 1;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
