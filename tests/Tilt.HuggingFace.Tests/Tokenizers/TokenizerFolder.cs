using System.Text.Json.Nodes;

namespace Tilt.HuggingFace.Tests.Tokenizers;

/// <summary>A copy of a golden tokenizer's folder that tests may change.</summary>
internal sealed class TokenizerFolder : IDisposable
{
    public TokenizerFolder(string name)
    {
        Path = Directory.CreateTempSubdirectory("tokenizer").FullName;
        foreach (string file in Directory.EnumerateFiles(GoldenTokenizerTests.FolderOf(name)))
            if (!file.EndsWith(".jsonl", StringComparison.Ordinal))
                File.Copy(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)));
    }

    public string Path { get; }

    public void Write(string file, string content) => File.WriteAllText(System.IO.Path.Combine(Path, file), content);

    public void Delete(string file) => File.Delete(System.IO.Path.Combine(Path, file));

    public void Change(string file, Action<JsonObject> change)
    {
        string path = System.IO.Path.Combine(Path, file);
        JsonObject root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(root);
        File.WriteAllText(path, root.ToJsonString());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
