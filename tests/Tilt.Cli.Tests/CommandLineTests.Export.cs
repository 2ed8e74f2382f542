using Tilt.Cli.Options;

namespace Tilt.Cli.Tests;

/// <summary><c>tilt export</c> on the embedded model.</summary>
public sealed partial class CommandLineTests
{
    private static string Embedded => ApplicationFiles.Find(Path.Combine("assets", "embedded"));

    [Theory]
    [InlineData("f32")]
    [InlineData("bfloat16")]
    [InlineData("F16")]
    [InlineData("q8_0")]
    public async Task A_gguf_file_is_written_in_every_type(string type)
    {
        string target = Path.Combine(_folder, "model.gguf");
        var (code, output, errors) =
            await RunAsync("export", "--model", Embedded, "--format", "gguf", "--dtype", type, "--no-tokenizer", "--out", target);
        Assert.True(code == 0, errors);
        Assert.Equal("GGUF"u8, File.ReadAllBytes(target).AsSpan(0, 4));
        Assert.Contains("tensors: 29 ", output, StringComparison.Ordinal);
        Assert.Contains("no tokenizer", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exported_folder_can_be_exported_again_but_replaces_itself_only_when_asked_to()
    {
        string first = Path.Combine(_folder, "first"), second = Path.Combine(_folder, "second");
        Assert.Equal(0, (await RunAsync("export", "-m", Embedded, "-f", "safetensors", "-o", first, "--shard-size", "0.001")).Code);
        Assert.Equal(0, (await RunAsync("export", "-m", first, "-f", "safetensors", "-o", second)).Code);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Embedded, "tokenizer.json")),
            File.ReadAllBytes(Path.Combine(second, "tokenizer.json")));
        var (code, _, errors) = await RunAsync("export", "-m", Embedded, "-f", "safetensors", "-o", first);
        Assert.Equal(2, code);
        Assert.Contains("--overwrite", errors, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("export", "-m", Embedded, "-f", "safetensors", "-o", first, "--overwrite")).Code);
        Assert.False(File.Exists(Path.Combine(first, "model.safetensors.index.json")));
    }

    [Theory]
    [InlineData("WordLevel", "--format", "gguf")]
    [InlineData("there are float32, bfloat16, float16, q8_0", "--format", "gguf", "--dtype", "int4")]
    [InlineData("there are safetensors, gguf", "--format", "onnx")]
    [InlineData("q8_0", "--format", "safetensors", "--dtype", "q8_0")]
    [InlineData("--no-tokenizer is for gguf", "--format", "safetensors", "--no-tokenizer")]
    [InlineData("--shard-size", "--format", "safetensors", "--shard-size", "0")]
    [InlineData("--shard-size", "--format", "safetensors", "--shard-size", "NaN")]
    [InlineData("--format", "--dtype", "float32")]
    [InlineData("nowhere", "--format", "safetensors", "--adapter", "nowhere")]
    public async Task Exports_that_cannot_be_are_bad_input(string told, params string[] options)
    {
        string target = Path.Combine(_folder, "target");
        var (code, _, errors) = await RunAsync(["export", "--model", Embedded, "--out", target, .. options]);
        Assert.Equal(2, code);
        Assert.Contains(told, errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }
}
