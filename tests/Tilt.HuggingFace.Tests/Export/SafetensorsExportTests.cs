using System.Text.Json;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Tests.Export;

public sealed class SafetensorsExportTests
{
    [Fact]
    public void The_own_type_of_a_model_keeps_every_bit_and_one_file_takes_the_place_of_many()
    {
        using var folder = new GoldenCopy("llama-untied-bf16");
        string export = Export(folder);
        Assert.False(File.Exists(Path.Combine(export, "model.safetensors.index.json")));
        using SafetensorsCheckpoint expected = SafetensorsCheckpoint.Open(folder.Model), actual = SafetensorsCheckpoint.Open(export);
        Assert.Equal(expected.Names, actual.Names);
        foreach (string name in expected.Names)
        {
            Assert.Equal(SafetensorsType.BF16, actual.Find(name).Type);
            Assert.True(expected.FileOf(name).Bytes(name).SequenceEqual(actual.FileOf(name).Bytes(name)), name);
        }
    }

    [Fact]
    public void Files_are_split_at_the_limit_and_the_index_tells_what_is_where()
    {
        using var folder = new GoldenCopy("qwen3");
        string export = Export(folder, new() { Type = WeightType.Float16, ShardBytes = 100_000 });
        using SafetensorsCheckpoint expected = SafetensorsCheckpoint.Open(folder.Model), actual = SafetensorsCheckpoint.Open(export);
        Assert.Equal(expected.Names, actual.Names);
        foreach (string name in expected.Names)
            Assert.Equal(expected.FileOf(name).ReadFloats(name).Select(v => (float)(Half)v), actual.FileOf(name).ReadFloats(name));
        Assert.True(Directory.GetFiles(export, "model-*-of-*.safetensors").Length > 3);
        using JsonDocument index = JsonDocument.Parse(File.ReadAllText(Path.Combine(export, "model.safetensors.index.json")));
        Assert.Equal(actual.Names.Sum(n => actual.Find(n).ElementCount * 2),
            index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64());
    }

    [Theory]
    [InlineData("torch_dtype")]
    [InlineData("dtype")]
    public void The_configuration_changes_in_the_element_type_alone(string key)
    {
        using var folder = new GoldenCopy("llama32");
        folder.Edit("config.json", file =>
        {
            file.Remove("torch_dtype");
            file[key] = "float32";
            file["some_future_key"] = "ä";
        });
        string export = Export(folder, new() { Type = WeightType.BFloat16 });
        string before = File.ReadAllText(Path.Combine(folder.Model, "config.json")),
            after = File.ReadAllText(Path.Combine(export, "config.json"));
        using JsonDocument expected =
            JsonDocument.Parse(before.Replace($"\"{key}\":\"float32\"", $"\"{key}\":\"bfloat16\"", StringComparison.Ordinal)),
            actual = JsonDocument.Parse(after);
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement));
        // Numbers are not read and written again.
        Assert.Contains("1e-05", after, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokenizer_template_settings_and_licence_go_along_byte_for_byte_and_nothing_else()
    {
        using var folder = new GoldenCopy("qwen25");
        foreach (string name in (string[])["chat_template.jinja", "LICENSE", "USE_POLICY.md", "README.md", "optimizer.pt"])
            File.WriteAllText(Path.Combine(folder.Model, name), name);
        string export = Export(folder);
        Assert.Equal(
            ["LICENSE", "USE_POLICY.md", "chat_template.jinja", "config.json", "generation_config.json", "merges.txt", "model.safetensors",
                "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.json"],
            Directory.EnumerateFiles(export).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal));
        foreach (string name in (string[])["LICENSE", "tokenizer.json", "generation_config.json"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Model, name)), File.ReadAllBytes(Path.Combine(export, name)));
    }

    [Fact]
    public void A_snapshot_of_links_as_in_the_Hugging_Face_cache_becomes_a_folder_of_files()
    {
        using var folder = new GoldenCopy("qwen3");
        string snapshot = folder.Beside(Path.Combine("models--org--some-model", "snapshots", "0123abcd"));
        Directory.CreateDirectory(snapshot);
        foreach (string file in Directory.EnumerateFiles(folder.Model))
            File.CreateSymbolicLink(Path.Combine(snapshot, Path.GetFileName(file)), file);
        using MergedModel model = MergedModel.Open(snapshot);
        folder.WriteSafetensors(model, "export");
        foreach (string file in Directory.EnumerateFiles(folder.Beside("export"))) Assert.Null(new FileInfo(file).LinkTarget);
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder.Model, "tokenizer.json")),
            File.ReadAllBytes(Path.Combine(folder.Beside("export"), "tokenizer.json")));
        Assert.Equal("some-model", ModelName.Of(snapshot));
        Assert.Equal("model", ModelName.Of(folder.Model + Path.DirectorySeparatorChar));
    }

    [Fact]
    public void A_copy_of_the_tied_matrix_is_left_out()
    {
        using var folder = new GoldenCopy("qwen3");
        string path = Path.Combine(folder.Model, "model.safetensors");
        SafetensorsEntry[] entries;
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            float[] embedding = file.ReadFloats(ParameterLayout.Embedding);
            entries = [.. file.Tensors.Select(t => SafetensorsEntry.Of(t.Name, file.ReadFloats(t.Name), [.. t.Shape])),
                SafetensorsEntry.Of(ParameterLayout.Output, embedding, 1024, 64)];
        }
        SafetensorsWriter.Write(path, entries);
        using SafetensorsFile export = SafetensorsFile.Open(Path.Combine(Export(folder), "model.safetensors"));
        Assert.False(export.Contains(ParameterLayout.Output));
    }

    [Fact]
    public void Q8_0_is_refused()
    {
        using var folder = new GoldenCopy("qwen3");
        Assert.Contains("q8_0", Assert.Throws<InputException>(() => Export(folder, new() { Type = WeightType.Q8_0 })).Message,
            StringComparison.Ordinal);
        Assert.Empty(folder.Others());
    }

    private static string Export(GoldenCopy folder, SafetensorsExportOptions? options = null, string? adapter = null)
    {
        using (MergedModel model = MergedModel.Open(folder.Model, adapter)) folder.WriteSafetensors(model, "export", options);
        return folder.Beside("export");
    }
}
