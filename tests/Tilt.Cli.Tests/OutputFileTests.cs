using System.Diagnostics;

namespace Tilt.Cli.Tests;

/// <summary>No command replaces what it reads.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly GoldenFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("score")]
    [InlineData("generate")]
    [InlineData("tokenize")]
    public async Task The_input_is_never_overwritten_by_the_result(string command)
    {
        string model = _folder.Combine(GoldenFolder.Of("qwen25"), GoldenFolder.Of("tokenizers", "qwen2-tiny"));
        const string Line = """{"tokens": [1, 2], "ids": [1, 2]}""";
        string input = _folder.Write("in.jsonl", Line), unfinished = _folder.Write("out.jsonl.unfinished", Line);
        File.CreateSymbolicLink(_folder["link.jsonl"], input);
        Directory.CreateSymbolicLink(_folder["folder"], Path.GetDirectoryName(input)!);
        string[] same = [input, Path.Combine(Path.GetDirectoryName(input)!, ".", "in.jsonl"), _folder["link.jsonl"],
            Path.Combine(_folder["folder"], "in.jsonl"), Path.GetRelativePath(Environment.CurrentDirectory, input)];
        List<(string Input, string Output)> cases = [.. same.Select(output => (input, output)), (_folder["link.jsonl"], input)];
        if (command == "generate") cases.Add((unfinished, _folder["out.jsonl"]));
        foreach ((string from, string to) in cases)
        {
            var (code, _, errors) = await CommandRun.Of(command, "--model", model, "--input", from, "--out", to);
            Assert.Equal((2, true), (code, errors.Contains("would overwrite --input", StringComparison.Ordinal)));
            Assert.Contains(Line, await File.ReadAllTextAsync(from, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_cases_of_a_verification_are_never_overwritten_by_the_verdicts()
    {
        string cases = _folder.Write("cases.jsonl", """{"gold": "1", "prediction": "1"}""");
        File.CreateSymbolicLink(_folder["link.jsonl"], cases);
        foreach (string output in (string[])[cases, _folder["link.jsonl"]])
        {
            var (code, _, errors) = await CommandRun.Of("verify", "--cases", cases, "--out", output);
            Assert.Equal((2, true), (code, errors.Contains("would overwrite --cases", StringComparison.Ordinal)));
        }
        Assert.Single(await File.ReadAllLinesAsync(cases, TestContext.Current.CancellationToken));
        Assert.Equal(0, (await CommandRun.Of("verify", "--cases", cases, "--out", _folder["verdicts.jsonl"])).Code);
        Assert.Contains("\"verdict\":true",
            Assert.Single(await File.ReadAllLinesAsync(_folder["verdicts.jsonl"], TestContext.Current.CancellationToken)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_case_of_a_pipe_is_judged_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no named pipes of this kind.");
        string pipe = _folder["pipe"];
        using (Process made = Process.Start("mkfifo", [pipe])) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Task writing = Task.Run(() => File.WriteAllLines(pipe,
            Enumerable.Range(0, 2500).Select(i => $$"""{"gold": "{{i}}", "prediction": "\\boxed{ {{i}} }"}""")),
            TestContext.Current.CancellationToken);
        var (code, _, errors) = await CommandRun.Of("verify", "--cases", pipe, "--out", _folder["verdicts.jsonl"]);
        await writing;
        Assert.True(code == 0, errors);
        Assert.Equal(2500,
            File.ReadLines(_folder["verdicts.jsonl"]).Count(line => line.Contains("\"verdict\":true", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_case_that_is_no_json_or_no_unicode_is_one_malformed_case()
    {
        string cases = _folder["cases.jsonl"];
        await File.WriteAllBytesAsync(cases,
            [.. "{\"gold\": \"1\", \"prediction\": \"1\"}\n{\"\\ud800\": 1}\n{\"gold\": \"1\", \"gold\": \"2\", \"prediction\": "u8
                + "\"2\"}\n{\"gold\": \""u8, 0xFF,
                .. "\", \"prediction\": \"1\"}\n{\"gold\": \"\\ud800\", \"prediction\": \"1\"}\n{\"gold\": 1}\n{\"gold\": "u8],
            TestContext.Current.CancellationToken);
        var (code, _, errors) = await CommandRun.Of("verify", "--cases", cases, "--out", _folder["verdicts.jsonl"]);
        Assert.True(code == 0, errors);
        string[] verdicts = await File.ReadAllLinesAsync(_folder["verdicts.jsonl"], TestContext.Current.CancellationToken);
        Assert.Equal([false, true, true, true, false, true, true],
            verdicts.Select(verdict => verdict.Contains("MalformedCase", StringComparison.Ordinal)));
        foreach (int line in (int[])[2, 3, 4, 6, 7]) Assert.Contains($"'{cases}', line {line}: ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("score")]
    [InlineData("generate")]
    [InlineData("tokenize")]
    public async Task A_file_of_the_model_is_never_overwritten_and_names_are_needed(string command)
    {
        string model = _folder.Combine(GoldenFolder.Of("qwen25"), GoldenFolder.Of("tokenizers", "qwen2-tiny"));
        string input = _folder.Write("in.jsonl", """{"tokens": [1, 2], "ids": [1, 2]}"""),
            configuration = Path.Combine(model, "config.json");
        string before = await File.ReadAllTextAsync(configuration, TestContext.Current.CancellationToken);
        File.Move(configuration, _folder["blob"]);
        File.CreateSymbolicLink(configuration, _folder["blob"]);
        var (code, _, errors) = await CommandRun.Of(command, "--model", model, "--input", input, "--out", configuration);
        Assert.Equal((2, true), (code, errors.Contains("config.json", StringComparison.Ordinal)));
        Assert.Equal(before, await File.ReadAllTextAsync(configuration, TestContext.Current.CancellationToken));
        Assert.Equal(2, (await CommandRun.Of(command, "--model", model, "--input", "", "--out", _folder["out.jsonl"])).Code);
        Assert.Equal(2, (await CommandRun.Of(command, "--model", model, "--input", input, "--out", "")).Code);
        Assert.Equal(0,
            (await CommandRun.Of(command, "--model", model, "--input", input, "--out", Path.Combine(model, "result.jsonl"))).Code);
    }

    [Theory]
    [InlineData("score")]
    [InlineData("generate")]
    public async Task A_senseless_number_of_threads_or_an_unknown_chat_template_is_bad_input(string command)
    {
        string input = _folder.Write("in.jsonl", """{"tokens": [1, 2]}""");
        foreach ((string option,
            string value) in ((string, string)[])[("--threads", "0"), ("--threads", "-3"), ("--threads", "100000"), ("--chat-template", ""),
                ("--chat-template", "alpaca")])
        {
            var (code, _, errors) = await CommandRun.Of(command, "--model", GoldenFolder.Of("qwen3"), "--input", input, "--out",
                _folder["out.jsonl"], option, value);
            Assert.Equal((2, true), (code,
                errors.Contains(option == "--threads" ? "from 1 to 1024" : "There is no chat template", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_random_checkpoint_needs_a_folder()
    {
        Assert.Contains("Example:", (await CommandRun.Of("random-checkpoint", "--help")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("random-checkpoint", (await CommandRun.Of("--help")).Output, StringComparison.Ordinal);
        foreach (string target in (string[])["", _folder.Write("file", "x")])
            Assert.Equal(2, (await CommandRun.Of("random-checkpoint", "--shape", "qwen2.5-0.5b", "--layers", "1", "--out", target)).Code);
    }
}
