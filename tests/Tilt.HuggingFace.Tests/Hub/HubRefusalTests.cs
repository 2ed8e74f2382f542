using Tilt.HuggingFace.Hub;

namespace Tilt.HuggingFace.Tests.Hub;

/// <summary>Hubs that refuse, fail or talk nonsense, and what the user is told.</summary>
public sealed class HubRefusalTests : HubFixture
{
    [Fact]
    public async Task An_unknown_repository_is_told_with_what_to_check()
    {
        var failure = await FailsAsync<InputException>("org/none");
        Assert.Contains("'org/none'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("set HF_TOKEN", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{Server.Endpoint}settings/tokens", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_told_by_its_source_and_never_shown()
    {
        Options = Options with { Token = new HubToken("hf_secret", "HF_TOKEN") };
        Server.Alter = (_, _) => ServedReply.Refusal(401, null, "Invalid credentials in Authorization header");
        var failure = await FailsAsync<InputException>();
        Assert.Contains("the token of HF_TOKEN", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Invalid credentials", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "set HF_TOKEN to a token of that account")]
    [InlineData("hf_secret", "must belong to that account")]
    public async Task A_gated_repository_is_told_with_where_to_accept_its_licence(string? token, string advice)
    {
        if (token is not null) Options = Options with { Token = new HubToken(token, "HF_TOKEN") };
        Server.Alter = (request, reply) => request.Method == "HEAD"
            ? ServedReply.Refusal(token is null ? 401 : 403, "GatedRepo", "Access to model org/model is restricted.")
            : reply;
        var failure = await FailsAsync<InputException>();
        Assert.Contains($"Accept its licence at {Server.Endpoint}org/model", failure.Message, StringComparison.Ordinal);
        Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_permission_is_told()
    {
        Options = Options with { Token = new HubToken("hf_secret", "HF_TOKEN") };
        Server.Alter = (_, _) => ServedReply.Refusal(403, null, "Forbidden: pass a token with read access");
        Assert.Contains("does not let the token of HF_TOKEN read 'org/model'", (await FailsAsync<InputException>()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_revision_is_told() =>
        Assert.Contains("'org/model' has no revision 'v2'", (await FailsAsync<InputException>($"{Id}@v2")).Message,
            StringComparison.Ordinal);

    [Fact]
    public async Task A_file_that_is_listed_but_missing_is_told_and_marked()
    {
        Server.Alter = (request, reply) =>
            request.Path.EndsWith("/tokenizer.json", StringComparison.Ordinal) ? ServedReply.Refusal(404, "EntryNotFound") : reply;
        Assert.Contains("lists 'tokenizer.json'", (await FailsAsync<HubException>()).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(RepositoryFolder, ".no_exist", Commit, "tokenizer.json")));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Passing_failures_are_tried_again(int status)
    {
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        Server.Alter = (request, reply) =>
            seen.AddOrUpdate($"{request.Method} {request.Path}", 1, (_, n) => n + 1) == 1 ? ServedReply.Refusal(status) : reply;
        await PullAsync();
        AssertComplete();
    }

    [Fact]
    public async Task A_hub_that_stays_busy_is_told_with_the_number_of_tries()
    {
        Server.Alter = (_, _) => ServedReply.Refusal(503, null, "Maintenance");
        var failure = await FailsAsync<HubException>();
        Assert.Contains("status 503: \"Maintenance\", after 4 tries", failure.Message, StringComparison.Ordinal);
        Assert.Equal(4, Server.Requests.Count);
    }

    [Fact]
    public async Task Too_many_requests_without_a_token_advise_to_set_one()
    {
        Server.Alter = (_, _) => ServedReply.Refusal(429);
        Assert.Contains("set HF_TOKEN", (await FailsAsync<HubException>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wait_that_a_busy_hub_asks_for_is_kept()
    {
        int asked = 0;
        Server.Alter = (_, reply) => asked++ == 0 ? ServedReply.Refusal(429) with { Headers = new() { ["Retry-After"] = "1" } } : reply;
        long start = TimeProvider.System.GetTimestamp();
        await PullAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromSeconds(1));
        AssertComplete();
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_refused()
    {
        Server.Alter = (_, _) => ServedReply.Refusal(429) with { Headers = new() { ["RateLimit"] = "\"api\";r=0;t=7200" } };
        Assert.Contains("asks to wait 120 minutes", (await FailsAsync<HubException>()).Message, StringComparison.Ordinal);
        Assert.Single(Server.Requests);
    }

    [Fact]
    public async Task A_signature_that_expired_is_renewed()
    {
        int expired = 0;
        Server.Alter = (request, reply) => request.ToStorage && expired++ < 2 ? ServedReply.Refusal(403) : reply;
        await PullAsync();
        AssertComplete();
        Assert.Equal(3,
            Server.Requests.Count(r => r.Method == "GET" && r.Path.Contains("/resolve/", StringComparison.Ordinal)
                && r.Path.EndsWith("model.safetensors", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_hub_that_cannot_be_reached_is_told_and_the_cached_snapshot_named()
    {
        await PullAsync();
        await Server.DisposeAsync();
        var failure = await FailsAsync<HubException>();
        Assert.Contains("cannot be reached", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{Snapshot}; HF_HUB_OFFLINE=1 uses it", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hub_that_does_not_answer_in_time_is_told()
    {
        Options = Options with { ReplyTimeout = TimeSpan.FromMilliseconds(100), Attempts = 2 };
        using var release = new ManualResetEventSlim();
        Server.Alter = (_, reply) =>
        {
            release.Wait(TimeSpan.FromSeconds(10));
            return reply;
        };
        var failure = await FailsAsync<HubException>();
        release.Set();
        Assert.Contains("did not answer within 0.1 s", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a\\..\\b")]
    [InlineData("C:/x")]
    [InlineData("a//b")]
    [InlineData("")]
    public async Task Names_that_would_leave_the_snapshot_are_refused(string name)
    {
        Server.Alter = (_, _) => new(200,
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { sha = Commit, siblings = new[] { new { rfilename = name } } }));
        Assert.Contains("would leave the snapshot's folder",
            (await FailsAsync<HubException>(selection: FileSelection.Of(["*"], []))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(RepositoryFolder));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>log in</html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"sha\":\"../../x\",\"siblings\":[]}")]
    [InlineData("{\"sha\":\"0123456789012345678901234567890123456789\",\"siblings\":{}}")]
    [InlineData("{\"sha\":\"0123456789012345678901234567890123456789\",\"siblings\":[{\"name\":1}]}")]
    public async Task Answers_that_are_no_hubs_are_told(string body)
    {
        Server.Alter = (_, _) => new(200, System.Text.Encoding.UTF8.GetBytes(body));
        await FailsAsync<HubException>();
        Assert.False(Directory.Exists(RepositoryFolder));
    }

    [Theory]
    [InlineData("\"../../../escape\"")]
    [InlineData("\"..\"")]
    [InlineData("\"a b\"")]
    public async Task ETags_that_cannot_name_a_blob_are_refused(string etag)
    {
        Server.ListsBlobs = false;
        Server.Alter = (_, reply) =>
            reply.Headers.ContainsKey("X-Linked-Etag") ? reply with { Headers = new(reply.Headers) { ["X-Linked-Etag"] = etag } } : reply;
        Assert.Contains("cannot name a file of the cache", (await FailsAsync<HubException>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        Server.Alter = (request, _) => new(302, []) { Headers = new() { ["Location"] = request.Path } };
        Assert.Contains("in a circle", (await FailsAsync<HubException>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_little_space_is_told_before_anything_is_fetched()
    {
        Options = Options with { FreeSpace = _ => 1000 };
        var failure = await FailsAsync<HubException>();
        Assert.Contains("has 1.00 kB free", failure.Message, StringComparison.Ordinal);
        Assert.Contains("HF_HOME", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Server.Downloads);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_to_is_told()
    {
        string file = Path.Combine(Cache, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        Options = Options with { CacheFolder = Path.Combine(file, "below") };
        Assert.Contains("HF_HOME", (await FailsAsync<InputException>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_without_safetensors_is_told_before_anything_is_fetched()
    {
        Server.Commit(Id, "main", ("config.json", "{}"u8.ToArray(), false), ("pytorch_model.bin", Bytes(10, 1), true));
        Assert.Contains("pytorch_model.bin", (await FailsAsync<InputException>()).Message, StringComparison.Ordinal);
        Assert.Empty(Server.Downloads);
    }

    [Fact]
    public async Task Patterns_that_match_nothing_are_told_with_what_there_is()
    {
        string message = (await FailsAsync<InputException>(selection: FileSelection.Of(["*.gguf"], []))).Message;
        Assert.Contains("config.json", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_a_complete_snapshot_is_found_and_an_incomplete_one_is_told()
    {
        HubOptions online = Options;
        Options = online with { Offline = true };
        Assert.Contains("HF_HUB_OFFLINE", (await FailsAsync<InputException>()).Message, StringComparison.Ordinal);
        Options = online;
        await PullAsync();
        Options = online with { Offline = true };
        int before = Server.Requests.Count;
        Assert.Equal(Snapshot, (await PullAsync()).Folder);
        Assert.Contains("lacks README.md", (await FailsAsync<InputException>(selection: FileSelection.Of(["*.md"], []))).Message,
            StringComparison.Ordinal);
        File.Delete(Path.Combine(Snapshot, "tokenizer_config.json"));
        Assert.Contains("lacks tokenizer_config.json", (await FailsAsync<InputException>()).Message, StringComparison.Ordinal);
        Assert.Equal(before, Server.Requests.Count);
    }
}
