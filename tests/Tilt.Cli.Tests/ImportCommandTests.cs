using System.Text.Json;

namespace Tilt.Cli.Tests;

/// <summary><c>tilt import</c>, and GGUF files in the place of folders.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private readonly GoldenFolder _folder = new();

    private static string Model => GoldenFolder.Of("gguf", "llama32-q4_k_m.gguf");

    [Fact]
    public async Task A_file_and_the_folder_made_of_it_say_the_same()
    {
        Assert.Equal(0, (await CommandRun.Of("import", Model, "--out", _folder["model"], "--dtype", "float32")).Code);
        string tokens = _folder.Write("tokens.jsonl", """{"tokens": [5, 9, 700, 12, 33, 1017]}""");
        string texts = _folder.Write("texts.jsonl", """{"text": "The answer is 1234."}""");
        string prompts = _folder.Write("prompts.jsonl", """{"messages": [{"role": "user", "content": "What is 7 + 8?"}]}""");
        foreach (string[] command in (string[][])[["score", "--input", tokens], ["tokenize", "--input", texts],
            ["generate", "--input", prompts, "--max-new-tokens", "8", "--method", "temperature-1"]])
        {
            var found = new List<string>();
            foreach ((string model, string name) in new[] { (Model, "file"), (_folder["model"], "folder") })
            {
                string output = _folder[$"{command[0]}-{name}.jsonl"];
                var (code, _, errors) = await CommandRun.Of([.. command, "--model", model, "--out", output]);
                Assert.True(code == 0, errors);
                found.Add(File.ReadAllText(output));
            }
            Assert.Equal(found[0], found[1]);
        }
        Assert.Equal("float32", JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder["model"], "config.json")))
            .RootElement.GetProperty("torch_dtype").GetString());
    }

    [Fact]
    public async Task A_quantised_file_becomes_bfloat16_and_an_earlier_import_is_kept()
    {
        var (code, output, errors) = await CommandRun.Of("import", Model, "--out", _folder["model"]);
        Assert.True(code == 0, errors);
        Assert.Contains("tensors: 38 bfloat16", output, StringComparison.Ordinal);
        (code, _, errors) = await CommandRun.Of("import", Model, "--out", _folder["model"]);
        Assert.Equal(2, code);
        Assert.Contains("--overwrite", errors, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandRun.Of("import", Model, "--out", _folder["model"], "--overwrite")).Code);
    }

    [Theory]
    [InlineData("There is no file", "import", "nothing.gguf", "--out", "@out")]
    [InlineData("is a folder; the GGUF file of a model is needed", "import", "@golden", "--out", "@out")]
    [InlineData("is no GGUF file", "import", "@text", "--out", "@out")]
    [InlineData("is a file that is no GGUF file", "score", "--model", "@text", "--input", "@text", "--out", "@out")]
    [InlineData("--dtype is 'q8_0'; there are float32, bfloat16, float16", "import", "@text", "--out", "@out", "--dtype", "q8_0")]
    public async Task Wrong_files_are_told(string message, params string[] args)
    {
        string text = _folder.Write("text.jsonl", """{"tokens": [1]}""");
        var (code, _, errors) = await CommandRun.Of(
            [.. args.Select(arg => arg switch { "@out" => _folder["out"], "@golden" => GoldenFolder.Of("gguf"), "@text" => text, _ =>
                arg })]);
        Assert.Equal(2, code);
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
