using Tilt.Cli.Commands;
using Tilt.Cli.Options;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Export;
using Tilt.Reporting.Diagnosis;
using Tilt.TiltFit;

namespace Tilt.Cli.Tests;

/// <summary><c>tilt diagnose</c> as a user types it.</summary>
public sealed class DiagnoseCommandTests : IDisposable
{
    private static readonly string Embedded = ApplicationFiles.Find(Path.Combine("assets", "embedded"));
    private readonly string _folder = Directory.CreateTempSubdirectory("tilt-diagnose-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_base_against_itself_is_unchanged_and_everything_is_written()
    {
        string folder = Out("same");
        var (code, output, errors) =
            await RunAsync("--base", Embedded, "--tuned", Embedded, "--prompts", "embedded:selection:4", "--samples", "4", "--out", folder);
        Assert.True(code == 0, errors);
        Assert.Contains("Verdict: unchanged", output, StringComparison.Ordinal);
        DiagnosisReport report = DiagnosisFile.Read(Path.Combine(folder, "diagnosis.json"));
        Assert.Equal((16, 4, "fused", VerdictKind.Unchanged),
            (report.Prompts, report.Settings.Samples, report.Settings.Engine, report.Verdict.Kind));
        Assert.Equal(1, report.Tilt.Mixture.Alpha!.Value, 1e-6);
        Assert.True(File.Exists(Path.Combine(folder, "diagnosis.html")));
        Assert.Equal(16, File.ReadLines(Path.Combine(folder, "draws.jsonl")).Count());
    }

    [Fact]
    public async Task An_interrupted_diagnosis_continues_to_the_same_bytes_with_any_number_of_threads()
    {
        string whole = Out("whole"), cut = Out("cut");
        string[] arguments = ["--base", Embedded, "--tuned", Embedded, "--prompts", "embedded:selection:10", "--samples", "2"];
        Assert.Equal(0, (await RunAsync([.. arguments, "--out", whole, "--threads", "1"])).Code);
        // As a killed process leaves it: whole portions, then half a line.
        Directory.CreateDirectory(cut);
        File.Copy(Path.Combine(whole, "settings.json"), Path.Combine(cut, "settings.json"));
        string[] lines = File.ReadAllLines(Path.Combine(whole, "draws.jsonl"));
        Assert.Equal(40, lines.Length);
        await File.WriteAllTextAsync(Path.Combine(cut, "draws.jsonl"),
            string.Join('\n', lines[..19]) + "\n" + lines[19][..(lines[19].Length / 2)], TestContext.Current.CancellationToken);
        var (code, _, errors) = await RunAsync([.. arguments, "--out", cut, "--threads", "2"]);
        Assert.True(code == 0, errors);
        Assert.Contains("(16 before)", errors, StringComparison.Ordinal);
        foreach (string name in (string[])["draws.jsonl", "diagnosis.json", "diagnosis.html"])
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(whole, name), TestContext.Current.CancellationToken),
                await File.ReadAllBytesAsync(Path.Combine(cut, name), TestContext.Current.CancellationToken));

        // The same folder for something else is refused.
        var other = await RunAsync([.. arguments[..^1], "3", "--out", cut]);
        Assert.Equal(2, other.Code);
        Assert.Contains("samples is 2, here 3", other.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_of_a_file_without_answers_leave_the_reward_out()
    {
        string file = Write("problems.jsonl", """
            {"id": "a", "problem": "12+7"}
            {"problem": "45-4+40+1"}

            {"problem": "3+4"}
            """);
        var (code, output, errors) = await RunAsync("--base", Embedded, "--tuned", Embedded, "--prompts", file, "--template",
            "Q: {problem} A: ", "--samples", "3", "--max-new-tokens", "40", "--out", Out("file"));
        Assert.True(code == 0, errors);
        Assert.Contains("left out", output, StringComparison.Ordinal);
        DiagnosisReport report = DiagnosisFile.Read(Path.Combine(Out("file"), "diagnosis.json"));
        Assert.Equal((3, 40, null), (report.Prompts, report.Settings.MaxNewTokens, report.Settings.Reward));
        Assert.Null(report.Reach);
        Assert.Equal(Identification.LeftOut, report.Tilt.Mixture.BetaInverseIdentification);
    }

    [Fact]
    public async Task Problems_of_a_file_with_answers_are_judged_and_limited()
    {
        string file = Write("problems.jsonl", """
            {"problem": "12+7", "answer": "19"}
            {"problem": "3+4", "answer": 7}
            {"problem": "2+2", "answer": "4"}
            """);
        var (code, _, errors) = await RunAsync("--base", Embedded, "--tuned", Embedded, "--prompts", file, "--template", "Q: {problem} A: ",
            "--limit", "2", "--samples", "4", "--max-new-tokens", "60", "--out", Out("gold"));
        Assert.True(code == 0, errors);
        DiagnosisReport report = DiagnosisFile.Read(Path.Combine(Out("gold"), "diagnosis.json"));
        Assert.Equal((2, "math"), (report.Prompts, report.Settings.Reward));
        Assert.True(report.Reach!.PassAtK[0].Base.Value > 0);
    }

    [Theory]
    [InlineData("--tuned|MODEL|--prompts|nowhere.jsonl", "nowhere.jsonl")]
    [InlineData("--tuned|nowhere|--prompts|embedded", "nowhere")]
    [InlineData("--tuned|MODEL|--prompts|embedded:nonsense", "embedded:SPLIT:PER_LEVEL")]
    [InlineData("--tuned|MODEL|--prompts|embedded:selection:0", "embedded:SPLIT:PER_LEVEL")]
    [InlineData("--tuned|MODEL|--prompts|embedded:1", "embedded:SPLIT:PER_LEVEL")]
    [InlineData("--tuned|MODEL|--prompts|embedded|--samples|1", "--samples")]
    [InlineData("--tuned|MODEL|--prompts|embedded|--limit|0", "--limit")]
    [InlineData("--tuned|MODEL|--prompts|embedded|--max-new-tokens|100000", "--max-new-tokens")]
    [InlineData("--tuned|MODEL|--prompts|embedded|--template|Q", "{problem}")]
    [InlineData("--prompts|embedded", "--tuned")]
    [InlineData("--adapter|nowhere|--prompts|embedded", "--adapter")]
    [InlineData("--adapter|MODEL|--prompts|embedded", "adapter_config.json")]
    [InlineData("--tuned|MODEL|--prompts|embedded|--chat-template|nonsense", "nonsense")]
    [InlineData("--tuned|MODEL|--prompts|embedded|--chat-template|auto", "chat template")]
    [InlineData("--tuned|MODEL|--prompts|embedded|--engine|abacus", "fused")]
    [InlineData("--tuned|MODEL|--adapter|MODEL|--prompts|embedded", "not both")]
    public async Task Bad_input_is_named_before_any_work(string arguments, string named)
    {
        string[] args = [.. arguments.Split('|').Select(a => a == "MODEL" ? Embedded : a)];
        var (code, _, errors) = await RunAsync(["--base", Embedded, .. args, "--out", Out("bad")]);
        Assert.Equal(2, code);
        Assert.Contains(named, errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Out("bad")));
    }

    [Theory]
    [InlineData("""{"problem": "1+1", "answer": "2"}|{"problem": "1+2"}""", "line 2")]
    [InlineData("""{"problem": "1+1"}|nonsense""", "line 2")]
    [InlineData("""{"question": "1+1"}""", "\"problem\"")]
    [InlineData("""{"id": "a", "problem": "1+1"}|{"id": "a", "problem": "1+2"}""", "line 1")]
    [InlineData("""{"problem": ["1+1"]}""", "where a text is needed")]
    [InlineData("""[1]""", "a JSON object is needed")]
    [InlineData("""{"problem": "1+1", "answer": ""}""", "cannot be read as an answer")]
    [InlineData("", "no problems")]
    [InlineData("""{"id": "\ud800", "problem": "1+1"}""", "surrogate")]
    [InlineData("""{"problem": "1+1", "problem": "1+2"}""", "line 1")]
    [InlineData("""{"problem": "né"}""", "né")]
    public async Task A_wrong_line_of_a_prompt_file_is_named(string lines, string named)
    {
        string file = Write("wrong.jsonl", lines.Replace('|', '\n'));
        var (code, _, errors) = await RunAsync("--base", Embedded, "--tuned", Embedded, "--prompts", file, "--template", "Q: {problem} A: ",
            "--max-new-tokens", "20", "--out", Out("bad"));
        Assert.Equal(2, code);
        Assert.Contains(named, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_at_half_temperature_is_found_sharpened_and_one_that_speaks_another_language_neither()
    {
        string cold = Out("cold-model"), other = Out("other-model");
        ChangedModel.WriteTempered(Embedded, cold, 0.5f);
        ChangedModel.WritePermuted(Embedded, other, ChangedModel.Words(Embedded));
        DiagnosisReport sharpened = await DiagnoseAsync(cold), unrelated = await DiagnoseAsync(other, perLevel: 40);
        Assert.Equal((VerdictKind.Explained, LikelihoodPart.Sharpened), (sharpened.Verdict.Kind, sharpened.Verdict.Likelihood));
        Assert.InRange(sharpened.Tilt.Mixture.Alpha!.Value, 1.3, 1.7);
        Assert.Contains("more strongly", sharpened.Verdict.Direction, StringComparison.Ordinal);
        Assert.Equal((VerdictKind.Neither, "neither"), (unrelated.Verdict.Kind, unrelated.Verdict.Name));
    }

    [Fact]
    public async Task An_adapter_is_diagnosed_as_the_merged_model_is_and_pointed_to_when_given_as_a_model()
    {
        string adapter = Out("adapter"), merged = Out("merged");
        ModelConfiguration configuration = ModelConfigurationReader.Read(Embedded);
        LoraAdapter made = LoraAdapter.Initialize(new LoraConfiguration { Rank = 2, Alpha = 4 }, configuration, 3);
        foreach (LoraLayer layer in made.Layers) layer.A.AsSpan(0, Math.Min(layer.A.Length, layer.B.Length)).CopyTo(layer.B);
        made.Save(adapter);
        using (MergedModel model = MergedModel.Open(Embedded, adapter))
            SafetensorsExport.Write(model, merged, new(), null, TestContext.Current.CancellationToken);
        DiagnosisReport whole = await DiagnoseAsync(merged), adapted = await DiagnoseAsync(adapter, "--adapter");
        Assert.NotEqual(1, adapted.Tilt.Mixture.Alpha!.Value, 1e-4);
        Assert.Equal(whole.Tilt.Mixture.Alpha!.Value, adapted.Tilt.Mixture.Alpha.Value, 1e-3);
        Assert.Equal((Embedded, adapter), (adapted.Settings.Tuned, adapted.Settings.Adapter));
        var (code, _, errors) = await RunAsync("--base", Embedded, "--tuned", adapter, "--prompts", "embedded", "--out", Out("x"));
        Assert.Equal(2, code);
        Assert.Contains("--adapter", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Both_engines_agree()
    {
        string cold = Out("cold-model");
        ChangedModel.WriteTempered(Embedded, cold, 0.7f);
        DiagnosisReport fused = await DiagnoseAsync(cold, "--tuned", "fused", 2),
            libtorch = await DiagnoseAsync(cold, "--tuned", "libtorch", 2);
        Assert.Equal(("fused", "libtorch"), (fused.Settings.Engine, libtorch.Settings.Engine));
        Assert.Equal(fused.Tilt.Mixture.Alpha!.Value, libtorch.Tilt.Mixture.Alpha!.Value, 1e-2);
    }

    [Fact]
    public async Task Models_that_end_responses_with_different_tokens_are_refused()
    {
        string model = Path.Combine(_folder, "model");
        Directory.CreateDirectory(model);
        foreach (string file in Directory.EnumerateFiles(Embedded)) File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        string generation = Path.Combine(model, "generation_config.json");
        string text = await File.ReadAllTextAsync(generation, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(generation,
            System.Text.RegularExpressions.Regex.Replace(text, "\"eos_token_id\": *\\[?\\d+\\]?", "\"eos_token_id\": [0, 1]"),
            TestContext.Current.CancellationToken);
        var (code, _, errors) =
            await RunAsync("--base", Embedded, "--tuned", model, "--prompts", "embedded:selection:1", "--out", Out("ends"));
        Assert.Equal(2, code);
        Assert.Contains("eos_token_id", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fused")]
    [InlineData("libtorch")]
    public async Task A_model_that_gives_no_numbers_is_named(string engine)
    {
        string broken = Out("broken");
        ChangedModel.WriteTempered(Embedded, broken, float.NaN);
        var (code, _, errors) = await RunAsync("--base", Embedded, "--tuned", broken, "--prompts", "embedded:selection:1", "--engine",
            engine, "--out", Out("x"));
        Assert.Equal(2, code);
        Assert.Contains(broken, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_folder_is_answered_with_its_checkpoints()
    {
        Directory.CreateDirectory(Path.Combine(Out("run"), "checkpoints", "step-7"));
        var (code, _, errors) = await RunAsync("--base", Embedded, "--tuned", Out("run"), "--prompts", "embedded", "--out", Out("x"));
        Assert.Equal(2, code);
        Assert.Contains(Path.Combine("checkpoints", "step-7"), errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_shown_with_an_example()
    {
        var (code, output, _) = await RunAsync("--help");
        Assert.Equal(0, code);
        Assert.Contains("Example:", output, StringComparison.Ordinal);
    }

    private async Task<DiagnosisReport> DiagnoseAsync(string model, string option = "--tuned", string engine = "fused", int perLevel = 12)
    {
        string folder = Out($"diagnosis-{Path.GetFileName(model)}-{engine}");
        var (code, _, errors) = await RunAsync("--base", Embedded, option, model, "--prompts", $"embedded:selection:{perLevel}",
            "--samples", "8", "--engine", engine, "--out", folder);
        Assert.True(code == 0, errors);
        return DiagnosisFile.Read(Path.Combine(folder, "diagnosis.json"));
    }

    private string Out(string name) => Path.Combine(_folder, name);

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        var (output, errors) = (Console.Out, Console.Error);
        using StringWriter writtenOutput = new(), writtenErrors = new();
        try
        {
            Console.SetOut(writtenOutput);
            Console.SetError(writtenErrors);
            int code = await TiltCommandLine.RunAsync(["diagnose", .. args]);
            return (code, writtenOutput.ToString(), writtenErrors.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(errors);
        }
    }
}
