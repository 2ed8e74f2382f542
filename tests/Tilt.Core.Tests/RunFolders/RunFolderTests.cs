using System.Text;
using Tilt.RunFolders;
using Tilt.Settings;

namespace Tilt.Core.Tests.RunFolders;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_after_the_step_and_lines_that_cannot_be_read_are_dropped()
    {
        using RunFolder run = Open();
        byte[] broken = [.. "{\"step\": 2, \"a\": \""u8, 0xFF, .. "\"}\n"u8];
        string lines = """
            {"step": 1, "loss":   0.5}
            {"loss": 0.5}
            {"step": "2"}
            {"step": 2.5}
            {"step": 2, "step": 1}
            [2]

            {"step": 2, "note": "é"}
            {"step": 3}

            """;
        File.WriteAllBytes(Metrics(run), [.. Encoding.UTF8.GetBytes(lines), .. broken, .. "{\"step\": 2, \"lo"u8]);
        run.TruncateAfter("metrics.jsonl", 2);
        Assert.Equal(["{\"step\": 1, \"loss\":   0.5}", "{\"step\": 2, \"note\": \"é\"}"], File.ReadAllLines(Metrics(run)));
        run.Append("metrics.jsonl", new { step = 3 });
        Assert.Equal("{\"step\":3}", File.ReadAllLines(Metrics(run))[^1]);
    }

    [Fact]
    public void Step_0_keeps_nothing_and_a_file_that_is_not_there_stays_so()
    {
        using RunFolder run = Open();
        run.TruncateAfter("metrics.jsonl", 0);
        Assert.False(File.Exists(Metrics(run)));
        run.Append("metrics.jsonl", new { step = 0 });
        run.TruncateAfter("metrics.jsonl", 0);
        Assert.Equal("", File.ReadAllText(Metrics(run)));
    }

    [Fact]
    public void A_manifest_has_a_format_number_and_another_one_is_refused()
    {
        string manifest;
        using (RunFolder run = Open()) manifest = Path.Combine(run.Path, "manifest.json");
        string text = File.ReadAllText(manifest);
        Assert.Contains("\"format\": 1,", text, StringComparison.Ordinal);
        File.WriteAllText(manifest, text.Replace("\"format\": 1,", "", StringComparison.Ordinal));
        Open().Dispose();
        File.WriteAllText(manifest, text.Replace("\"format\": 1,", "\"format\": 2,", StringComparison.Ordinal));
        Assert.Contains("has format 2, and this version of Tilt reads format 1", Assert.Throws<InputException>(() => Open()).Message,
            StringComparison.Ordinal);
    }

    private static string Metrics(RunFolder run) => Path.Combine(run.Path, "metrics.jsonl");

    private RunFolder Open()
    {
        string model = Directory.CreateDirectory(_folder.Path("model")).FullName;
        File.WriteAllText(Path.Combine(model, "model.safetensors"), "weights");
        return RunFolder.Open(new TrainingConfiguration { Model = model, Out = _folder.Path("run") });
    }
}
