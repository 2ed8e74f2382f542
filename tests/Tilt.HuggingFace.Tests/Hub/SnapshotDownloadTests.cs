using Tilt.HuggingFace.Hub;

namespace Tilt.HuggingFace.Tests.Hub;

/// <summary>Downloads that go well: layout of the cache, what is fetched, what is not fetched again.</summary>
public sealed class SnapshotDownloadTests : HubFixture
{
    [Fact]
    public async Task A_snapshot_has_the_layout_of_Pythons_cache()
    {
        PulledSnapshot snapshot = await PullAsync();
        Assert.Equal(Snapshot, snapshot.Folder);
        AssertComplete();
        Assert.Equal(["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"],
            Directory.GetFiles(Snapshot).Select(Path.GetFileName).Order());
        Assert.Equal(Path.Combine("..", "..", "blobs", Server.FileOf(Id, Commit, "model.safetensors").Sha256),
            new FileInfo(Path.Combine(Snapshot, "model.safetensors")).LinkTarget);
        Assert.Equal(Path.Combine("..", "..", "blobs", Server.FileOf(Id, Commit, "config.json").BlobId),
            new FileInfo(Path.Combine(Snapshot, "config.json")).LinkTarget);
        Assert.StartsWith("Signature: 8a477f597d28d172789f06886806bc55\n",
            await File.ReadAllTextAsync(Path.Combine(Cache, "CACHEDIR.TAG"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(RepositoryFolder, ".no_exist", Commit, "generation_config.json")));
        Assert.True(File.Exists(Path.Combine(Cache, ".locks", "models--org--model", Path.GetFileName(WeightsBlob) + ".lock")));
    }

    [Fact]
    public async Task Nothing_is_fetched_twice()
    {
        await PullAsync();
        int before = Server.Requests.Count;
        await PullAsync();
        SeenRequest only = Assert.Single(Server.Requests.Skip(before));
        Assert.StartsWith("/api/models/org/model/revision/main", only.Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_that_is_complete_needs_no_hub()
    {
        await PullAsync();
        int before = Server.Requests.Count;
        Assert.Equal(Snapshot, (await PullAsync($"{Id}@{Commit}")).Folder);
        Assert.Equal(before, Server.Requests.Count);
    }

    [Fact]
    public async Task Revisions_share_blobs_and_a_new_commit_fetches_only_what_changed()
    {
        await PullAsync();
        byte[] other = Bytes(1000, 7);
        string second = Server.Commit(Id, "main", Files(other));
        int before = Server.Downloads.Count();
        PulledSnapshot snapshot = await PullAsync();
        Assert.Equal(second, snapshot.Commit);
        Assert.Single(Server.Downloads.Skip(before));
        Assert.Equal(other,
            await File.ReadAllBytesAsync(Path.Combine(snapshot.Folder, "model.safetensors"), TestContext.Current.CancellationToken));
        Assert.Equal(Weights,
            await File.ReadAllBytesAsync(Path.Combine(Snapshot, "model.safetensors"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Branches_with_slashes_are_references_too()
    {
        string commit = Server.Commit(Id, "refs/pr/1", Files(Bytes(10, 3)));
        PulledSnapshot snapshot = await PullAsync($"{Id}@refs/pr/1");
        Assert.Equal(commit, snapshot.Commit);
        Assert.Equal(commit,
            await File.ReadAllTextAsync(Path.Combine(RepositoryFolder, "refs", "refs", "pr", "1"), TestContext.Current.CancellationToken));
        Assert.Equal(snapshot.Folder, ModelFolder.Resolve($"{Id}@refs/pr/1", Cache));
    }

    [Fact]
    public async Task Files_in_folders_and_with_odd_names_arrive()
    {
        Server.Commit(Id, "main",
            [.. Files(Weights), ("sub dir/ä #1?.json", "{}"u8.ToArray(), false), ("sub dir/large.bin", Bytes(50, 4), true)]);
        PulledSnapshot snapshot = await PullAsync(selection: FileSelection.Of(["sub dir/"], []));
        Assert.Equal("{}",
            await File.ReadAllTextAsync(Path.Combine(snapshot.Folder, "sub dir", "ä #1?.json"), TestContext.Current.CancellationToken));
        Assert.Equal(Bytes(50, 4),
            await File.ReadAllBytesAsync(Path.Combine(snapshot.Folder, "sub dir", "large.bin"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public async Task Hubs_that_redirect_or_not_and_list_hashes_or_not_both_serve(bool redirects, bool listsBlobs)
    {
        (Server.RedirectsSmallFiles, Server.ListsBlobs) = (redirects, listsBlobs);
        await PullAsync();
        AssertComplete();
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_to_no_other_host()
    {
        Options = Options with { Token = new HubToken("hf_secret", "a test") };
        await PullAsync();
        Assert.All(Server.Requests.Where(r => !r.ToStorage), r => Assert.Equal("Bearer hf_secret", r.Headers["authorization"]));
        SeenRequest[] stored = [.. Server.Requests.Where(r => r.ToStorage)];
        Assert.NotEmpty(stored);
        Assert.All(stored, r => Assert.DoesNotContain("authorization", r.Headers.Keys));
        Assert.DoesNotContain("hf_secret", Options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mirror_that_redirects_to_a_hub_serves_and_the_token_stays_with_the_mirror()
    {
        await using var mirror = new HubServer();
        mirror.Alter =
            (request, _) => new(308, []) { Headers = new() { ["Location"] = new Uri(Server.Endpoint, request.Path).ToString() } };
        Options = Options with { Endpoint = mirror.Endpoint, Token = new HubToken("hf_secret", "a test") };
        await PullAsync();
        AssertComplete();
        Assert.All(mirror.Requests, r => Assert.Contains("authorization", r.Headers.Keys));
        Assert.All(Server.Requests, r => Assert.DoesNotContain("authorization", r.Headers.Keys));
    }

    [Fact]
    public async Task No_more_files_than_allowed_are_fetched_at_once()
    {
        Server.Commit(Id, "main",
            [.. Files(Weights), .. Enumerable.Range(0, 12).Select(i => ($"model-{i}.safetensors", Bytes(2000, 20 + i), true))]);
        Server.Alter = (_, reply) =>
        {
            Thread.Sleep(5);
            return reply;
        };
        Options = Options with { ParallelFiles = 3 };
        await PullAsync();
        Assert.InRange(Server.MostActive, 2, 3);
    }

    [Fact]
    public async Task Without_symbolic_links_snapshots_hold_plain_files()
    {
        Options = Options with { AllowSymbolicLinks = false };
        await PullAsync();
        AssertComplete();
        Assert.All(Directory.GetFiles(Snapshot), file => Assert.Null(new FileInfo(file).LinkTarget));
        int before = Server.Requests.Count;
        await PullAsync();
        Assert.Single(Server.Requests.Skip(before));
    }

    [Fact]
    public async Task A_cache_that_may_only_be_read_serves_when_nothing_is_missing()
    {
        await PullAsync();
        Directory.Delete(Path.Combine(RepositoryFolder, ".tilt"), recursive: true);
        await File.WriteAllTextAsync(Path.Combine(RepositoryFolder, ".tilt"), "no folder can be made here",
            TestContext.Current.CancellationToken);
        Assert.Equal(Snapshot, (await PullAsync()).Folder);
        Assert.Contains(Events.OfType<PullNote>(), n => n.Text.Contains("used as it is", StringComparison.Ordinal));
        File.Delete(Path.Combine(Snapshot, "config.json"));
        File.Delete(Path.Combine(RepositoryFolder, "blobs", Server.FileOf(Id, Commit, "config.json").ETag));
        await FailsAsync<InputException>();
    }

    [Fact]
    public async Task Progress_tells_every_file_its_size_and_its_end()
    {
        await PullAsync();
        PullPlanned plan = Assert.Single(Events.OfType<PullPlanned>());
        Assert.Equal(4, plan.Files.Count);
        Assert.Empty(plan.Present);
        Assert.Equal(plan.Files.Select(f => f.Path).Order(), Events.OfType<PullCompleted>().Select(e => e.File.Path).Order());
        Assert.All(Events.OfType<PullCompleted>(), e => Assert.True(e.Verified));
        Assert.Equal(Weights.Length, Events.OfType<PullAdvanced>().Where(e => e.File.Path == "model.safetensors").Max(e => e.Position));
    }

    [Fact]
    public async Task A_plan_fetches_nothing()
    {
        using var download = new SnapshotDownload(Options);
        PullPlanned plan = await download.PlanAsync(HubRepository.Parse(Id), FileSelection.Default,
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(4, plan.Files.Count);
        Assert.Empty(Server.Downloads);
        Assert.False(Directory.Exists(RepositoryFolder));
    }

    [Fact]
    public async Task Empty_files_arrive()
    {
        Server.Commit(Id, "main", [.. Files(Weights), ("empty.json", [], false), ("empty.large", [], true)]);
        PulledSnapshot snapshot = await PullAsync(selection: FileSelection.Of(["empty*"], []));
        Assert.Equal(0, new FileInfo(Path.Combine(snapshot.Folder, "empty.json")).ResolveLinkTarget(true) is FileInfo info
            ? info.Length
            : -1);
        Assert.True(File.Exists(Path.Combine(snapshot.Folder, "empty.large")));
    }
}
