using System.Text.Json;
using Tilt.Files;

namespace Tilt.HuggingFace.Tokenizers;

/// <summary>Reads the <c>post_processor</c> of a <c>tokenizer.json</c> as the ids that it puts before and after a single text.</summary>
internal static class PostProcessorReader
{
    public static (IReadOnlyList<int> Prefix, IReadOnlyList<int> Suffix) Read(JsonElement root, string path)
    {
        var (prefix, suffix) = (new List<int>(), new List<int>());
        if (JsonFile.Find(root, "post_processor") is { } element) Add(element, path, prefix, suffix);
        return (prefix, suffix);
    }

    private static void Add(JsonElement element, string path, List<int> prefix, List<int> suffix)
    {
        string type = JsonFile.Text(element, "type", path);
        switch (type)
        {
            case "Sequence":
                foreach (JsonElement part in JsonFile.List(element, "processors", path)) Add(part, path, prefix, suffix);
                break;
            case "ByteLevel":
                // Changes offsets only.
                break;
            case "TemplateProcessing":
                AddTemplate(element, path, prefix, suffix);
                break;
            default:
                throw new InputException($"'{path}' has a 'post_processor' of type {type}, which is not supported. Supported: "
                    + $"TemplateProcessing, ByteLevel, alone or in a Sequence, or null.");
        }
    }

    private static void AddTemplate(JsonElement element, string path, List<int> prefix, List<int> suffix)
    {
        var (before, after, texts) = (new List<int>(), new List<int>(), 0);
        foreach (JsonElement piece in JsonFile.List(element, "single", path))
        {
            if (JsonFile.Find(piece, "Sequence.id") is { } text && text.ToString() == "A") texts++;
            else (texts == 0 ? before : after).AddRange(IdsOf(JsonFile.Text(piece, "SpecialToken.id", path), element, path));
        }
        if (texts != 1)
            throw new InputException(
                $"'{path}' has a post-processor template whose 'single' holds the text {texts} times; exactly once is supported.");
        if (prefix.Count + suffix.Count > 0) throw new InputException($"'{path}' has several post-processor templates; one is supported.");
        prefix.AddRange(before);
        suffix.AddRange(after);
    }

    // The names are tokens, which may hold dots.
    private static IEnumerable<int> IdsOf(string name, JsonElement template, string path)
    {
        if (JsonFile.Find(template, "special_tokens") is not { ValueKind: JsonValueKind.Object } tokens
            || !tokens.TryGetProperty(name, out JsonElement token))
            throw new InputException(
                $"'{path}' has a post-processor template that names the token '{name}', which its 'special_tokens' do not hold.");
        return JsonFile.List(token, "ids", path).Select(id => JsonFile.Id(id, $"the ids of '{name}' in the post-processor", path));
    }
}
