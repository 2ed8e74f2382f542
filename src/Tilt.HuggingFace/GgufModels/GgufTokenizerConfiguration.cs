using System.Text.Json.Nodes;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>The <c>tokenizer_config.json</c> that a GGUF file stands for: special tokens by role, and the chat templates.</summary>
internal static class GgufTokenizerConfiguration
{
    private const string Template = "tokenizer.chat_template", Names = "tokenizer.chat_templates";

    private static readonly (string Role, string Key)[] Roles =
    [
        ("bos_token", "tokenizer.ggml.bos_token_id"),
        ("eos_token", "tokenizer.ggml.eos_token_id"),
        ("pad_token", "tokenizer.ggml.padding_token_id"),
        ("unk_token", "tokenizer.ggml.unknown_token_id"),
    ];

    /// <summary>The content.</summary>
    /// <exception cref="InputException">A role has no token, or a value is of a wrong type.</exception>
    public static JsonObject Of(GgufFile file)
    {
        var vocabulary = new GgufVocabulary(file);
        var configuration = new JsonObject
        {
            ["add_prefix_space"] = false,
            ["clean_up_tokenization_spaces"] = false,
            ["model_max_length"] = file.Values.Count($"{GgufConfiguration.FamilyOf(file).Gguf.Architecture}.context_length"),
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
        };
        foreach ((string role, string key) in Roles)
            if (file.Values.Id(key) is { } id) configuration[role] = vocabulary.TextOf(id, key);
        if (ChatTemplate(file.Values) is { } template) configuration["chat_template"] = template;
        return configuration;
    }

    /// <summary>One text, or a list of named ones where the file has several.</summary>
    private static JsonNode? ChatTemplate(GgufValues values)
    {
        string? text = values.OptionalText(Template);
        if (!values.Has(Names)) return text;
        var templates = new JsonArray();
        if (text is not null) templates.Add(new JsonObject { ["name"] = "default", ["template"] = text });
        foreach (string name in values.Texts(Names))
            templates.Add(new JsonObject { ["name"] = name, ["template"] = values.Text($"{Template}.{name}") });
        return templates;
    }
}
