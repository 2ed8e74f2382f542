using System.Text;
using System.Text.Json.Nodes;
using Tilt.Files;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>
/// The files of a Hugging Face folder that a GGUF file stands for, made when they are asked for.
/// </summary>
internal sealed class GgufModelFiles
{
    private readonly Lazy<GgufFile> _file;
    private readonly Dictionary<string, Lazy<byte[]?>> _contents;

    private GgufModelFiles(string path)
    {
        _file = new(() => GgufFile.Read(path));
        _contents = new(StringComparer.Ordinal)
        {
            ["config.json"] = new(() => Text(GgufConfiguration.Model(_file.Value))),
            ["generation_config.json"] = new(() => Text(GgufConfiguration.Generation(_file.Value))),
            ["tokenizer.json"] = new(() => GgufTokenizerFile.IsIn(_file.Value) ? GgufTokenizerFile.Write(_file.Value) : null),
            ["tokenizer_config.json"] =
                new(() => GgufTokenizerFile.IsIn(_file.Value) ? Text(GgufTokenizerConfiguration.Of(_file.Value)) : null),
        };
    }

    /// <summary>Names of all files that there can be beside <c>config.json</c>.</summary>
    public static IReadOnlyList<string> Companions { get; } = ["generation_config.json", "tokenizer.json", "tokenizer_config.json"];

    /// <summary>The files of a GGUF file.</summary>
    public static GgufModelFiles Of(string path) => new(path);

    /// <summary>Whether there is a file of that name.</summary>
    /// <exception cref="InputException">The GGUF file is damaged.</exception>
    public bool Contains(string name) =>
        _contents.ContainsKey(name) && (!name.StartsWith("tokenizer", StringComparison.Ordinal) || GgufTokenizerFile.IsIn(_file.Value));

    /// <summary>The content of a file, or null where there is none of that name.</summary>
    /// <exception cref="InputException">The GGUF file is damaged, or what it holds is not supported.</exception>
    public byte[]? Find(string name) => _contents.TryGetValue(name, out Lazy<byte[]?>? content) ? content.Value : null;

    private static byte[] Text(JsonObject file) => Encoding.UTF8.GetBytes(JsonFile.Sorted(file));
}
