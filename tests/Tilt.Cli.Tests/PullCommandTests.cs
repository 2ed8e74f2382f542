using System.Globalization;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.HuggingFace.Hub;
using Tilt.HuggingFace.Tests.Hub;

namespace Tilt.Cli.Tests;

/// <summary><c>tilt pull</c> as a user types it, against a hub on this machine.</summary>
[Collection(nameof(HubVariables))]
public sealed class PullCommandTests : IAsyncLifetime
{
    private readonly HubServer _server = new();
    private readonly HubVariables _variables = new();
    private readonly string _cache = Directory.CreateTempSubdirectory("tilt-pull-").FullName;

    public ValueTask InitializeAsync()
    {
        string embedded = ApplicationFiles.Find(Path.Combine("assets", "embedded"));
        _server.Commit("org/embedded", "main",
            [.. Directory.EnumerateFiles(embedded)
                .Select(f => (Path.GetFileName(f), File.ReadAllBytes(f), f.EndsWith(".safetensors", StringComparison.Ordinal)))]);
        _variables.Set("HF_ENDPOINT", _server.Endpoint.ToString());
        _variables.Set("HF_HUB_CACHE", _cache);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _variables.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_cache, recursive: true);
    }

    [Fact]
    public async Task The_folder_is_all_that_standard_output_gets_and_the_model_runs()
    {
        var (code, output, errors) = await CommandRun.Of("pull", "org/embedded");
        Assert.True(code == 0, errors);
        string folder = output.TrimEnd('\n');
        Assert.Equal(ModelFolder.Resolve("org/embedded"), folder);
        Assert.Contains("model.safetensors", errors, StringComparison.Ordinal);
        Assert.Contains("checksum right", errors, StringComparison.Ordinal);
        Assert.Contains("org/embedded is complete", errors, StringComparison.Ordinal);

        var (again, repeated, quiet) = await CommandRun.Of("pull", "org/embedded");
        Assert.Equal((0, output), (again, repeated));
        Assert.Contains("nothing was downloaded", quiet, StringComparison.Ordinal);

        var (inspected, report, failure) =
            await CommandRun.Of("inspect-base", "--model", "org/embedded", "--problems", "1", "--samples", "8");
        Assert.True(inspected == 0, failure);
        Assert.NotEmpty(report);
    }

    [Fact]
    public async Task Commands_take_the_repository_as_their_model()
    {
        await CommandRun.Of("pull", "org/embedded");
        string input = Path.Combine(_cache, "in.jsonl"), output = Path.Combine(_cache, "out.jsonl"),
            exported = Path.Combine(_cache, "exported");
        await File.WriteAllTextAsync(input, "{\"tokens\":[0,5,6,7]}\n", TestContext.Current.CancellationToken);
        var (code, _, errors) = await CommandRun.Of("score", "--model", "org/embedded", "--input", input, "--out", output);
        Assert.True(code == 0, errors);
        Assert.Contains("token_logprobs", await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        (code, _, errors) = await CommandRun.Of("export", "--model", "org/embedded@main", "--format", "safetensors", "--out", exported);
        Assert.True(code == 0, errors);
        Assert.Null(new FileInfo(Path.Combine(exported, "tokenizer.json")).LinkTarget);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_told_how_to_get()
    {
        var (code, _, errors) = await CommandRun.Of("inspect-base", "--model", "org/embedded");
        Assert.Equal(2, code);
        Assert.Contains("'tilt pull org/embedded' downloads it", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_lists_files_and_downloads_none()
    {
        var (code, output, _) = await CommandRun.Of("pull", "org/embedded", "--dry-run", "--exclude", "*.safetensors");
        Assert.Equal(0, code);
        Assert.Contains("config.json", output, StringComparison.Ordinal);
        Assert.DoesNotContain("model.safetensors", output, StringComparison.Ordinal);
        Assert.Empty(_server.Downloads);
    }

    [Fact]
    public async Task Patterns_choose_files()
    {
        var (code, output, errors) = await CommandRun.Of("pull", "org/embedded", "--include", "*.md", "--include", "config.json");
        Assert.True(code == 0, errors);
        Assert.Equal(["README.md", "config.json"],
            Directory.GetFiles(output.Trim()).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("org/none", "org/none")]
    [InlineData("org/embedded@v9", "v9")]
    [InlineData("not a name", "org/name[@revision]")]
    public async Task What_is_not_there_is_bad_input(string repository, string named)
    {
        var (code, output, errors) = await CommandRun.Of("pull", repository);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains(named, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_on_the_way_is_a_failure()
    {
        _server.Alter = (request, reply) => request.ToStorage ? reply with { Body = new byte[reply.Body.Length] } : reply;
        var (code, output, errors) = await CommandRun.Of("pull", "org/embedded");
        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains("arrived damaged twice", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_is_sent_and_never_shown()
    {
        _variables.Set("HF_TOKEN", "hf_secret");
        _server.Alter = (request, reply) => request.Headers.GetValueOrDefault("authorization") == "Bearer hf_secret"
            ? reply
            : ServedReply.Refusal(401, "GatedRepo", "Access is restricted.");
        var (code, _, errors) = await CommandRun.Of("pull", "org/embedded", "--include", "config.json");
        Assert.True(code == 0, errors);
        _variables.Set("HF_TOKEN", "hf_wrong");
        (code, string output, errors) = await CommandRun.Of("pull", "org/embedded");
        Assert.Equal(2, code);
        Assert.Contains("gated", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_wrong", output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_only_the_cache_counts()
    {
        await CommandRun.Of("pull", "org/embedded");
        int before = _server.Requests.Count;
        _variables.Set("HF_HUB_OFFLINE", "1");
        Assert.Equal(0, (await CommandRun.Of("pull", "org/embedded")).Code);
        Assert.Equal(2, (await CommandRun.Of("pull", "org/other")).Code);
        Assert.Equal(before, _server.Requests.Count);
    }

    [Fact]
    public async Task A_variable_that_means_nothing_is_bad_input()
    {
        _variables.Set("HF_ENDPOINT", "nowhere");
        var (code, _, errors) = await CommandRun.Of("pull", "org/embedded");
        Assert.Equal(2, code);
        Assert.Contains("HF_ENDPOINT", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65")]
    public async Task As_many_files_at_once_as_cannot_be_are_bad_input(string files) =>
        Assert.Equal(2, (await CommandRun.Of("pull", "org/embedded", "--parallel", files)).Code);

    [Fact]
    public void The_rate_follows_the_last_seconds()
    {
        var clock = new SettableClock();
        var rate = new TransferRate(clock);
        Assert.Null(rate.TimeFor(1));
        for (int second = 0; second < 60; second++)
        {
            rate.Add(second < 30 ? 1_000 : 5_000);
            clock.Advance(1);
        }

        Assert.InRange(rate.BytesPerSecond, 4_000, 5_500);
        Assert.Equal(30 * 6_000, rate.Total);
        Assert.InRange(rate.TimeFor(50_000)!.Value.TotalSeconds, 9, 13);
        clock.Advance(1000);
        Assert.True(rate.BytesPerSecond < 100, rate.BytesPerSecond.ToString(CultureInfo.InvariantCulture));
    }

    private sealed class SettableClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _ticks;

        public void Advance(long seconds) => _ticks += seconds;
    }
}
