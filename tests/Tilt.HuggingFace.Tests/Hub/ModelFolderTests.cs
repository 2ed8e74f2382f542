using Tilt.HuggingFace.Hub;

namespace Tilt.HuggingFace.Tests.Hub;

public sealed class ModelFolderTests : HubFixture
{
    [Fact]
    public async Task A_repository_in_the_cache_stands_for_its_snapshot()
    {
        await PullAsync();
        Assert.Equal(Snapshot, ModelFolder.Resolve(Id, Cache));
        Assert.Equal(Snapshot, ModelFolder.Resolve($"{Id}@main", Cache));
        Assert.Equal(Snapshot, ModelFolder.Resolve($"{Id}@{Commit}", Cache));
    }

    [Fact]
    public async Task An_existing_folder_wins()
    {
        await PullAsync();
        Assert.Equal(Snapshot, ModelFolder.Resolve(Snapshot, Cache));
        Assert.Equal(Path.GetTempPath(), ModelFolder.Resolve(Path.GetTempPath(), Cache));
    }

    [Theory]
    [InlineData("org/other", "'tilt pull org/other' downloads it")]
    [InlineData("org/other@v1", "'tilt pull org/other@v1' downloads it")]
    [InlineData("./missing/folder", "There is no folder './missing/folder'")]
    [InlineData("", "There is no folder ''")]
    public void What_is_neither_is_told(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => ModelFolder.Resolve(text, Cache)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_is_no_folder()
    {
        string file = Path.Combine(Cache, "file");
        File.WriteAllText(file, "");
        Assert.Contains("is a file", Assert.Throws<InputException>(() => ModelFolder.Resolve(file, Cache)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_snapshot_that_lacks_a_shard_is_told(bool hasListing)
    {
        byte[] index = "{\"weight_map\":{\"a\":\"model-1.safetensors\",\"b\":\"model-2.safetensors\"}}"u8.ToArray();
        string commit = Server.Commit(Id, "main",
            [.. Files(Weights).Where(f => f.Path != "model.safetensors"), ("model.safetensors.index.json", index, false),
                ("model-1.safetensors", Bytes(10, 1), true), ("model-2.safetensors", Bytes(10, 2), true)]);
        PulledSnapshot snapshot = await PullAsync();
        if (!hasListing) Directory.Delete(Path.Combine(RepositoryFolder, ".tilt"), recursive: true);
        Assert.Equal(snapshot.Folder, ModelFolder.Resolve(Id, Cache));
        File.Delete(Path.Combine(snapshot.Folder, "model-2.safetensors"));
        string message = Assert.Throws<InputException>(() => ModelFolder.Resolve(Id, Cache)).Message;
        Assert.Contains("lacks model-2.safetensors", message, StringComparison.Ordinal);
        Assert.Contains("'tilt pull org/model' completes it", message, StringComparison.Ordinal);
        Assert.Equal(commit, snapshot.Commit);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"format_version\":2,\"files\":{}}")]
    [InlineData("{\"format_version\":1,\"files\":[]}")]
    [InlineData("{\"format_version\":1,\"files\":{\"config.json\":7}}")]
    [InlineData("{\"format_version\":1,\"files\":{\"config.json\":{\"size\":1e300}}}")]
    [InlineData("{\"format_version\":1,\"files\":{\"../../x\":{\"size\":1}}}")]
    public async Task A_damaged_listing_is_as_if_there_were_none(string content)
    {
        await PullAsync();
        await File.WriteAllTextAsync(Path.Combine(RepositoryFolder, ".tilt", Commit + ".json"), content,
            TestContext.Current.CancellationToken);
        Assert.Equal(Snapshot, ModelFolder.Resolve(Id, Cache));
        await PullAsync($"{Id}@{Commit}");
        AssertComplete();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_older_tokenizer_is_enough(bool hasListing)
    {
        Server.Commit(Id, "main",
            [.. Files(Weights).Where(f => f.Path != "tokenizer.json"), ("vocab.json", "{}"u8.ToArray(), false),
                ("merges.txt", "x"u8.ToArray(), false)]);
        PulledSnapshot snapshot = await PullAsync();
        if (!hasListing) Directory.Delete(Path.Combine(RepositoryFolder, ".tilt"), recursive: true);
        Assert.Equal(snapshot.Folder, ModelFolder.Resolve(Id, Cache));
        File.Delete(Path.Combine(snapshot.Folder, "merges.txt"));
        Assert.Contains(hasListing ? "lacks merges.txt" : "lacks tokenizer.json",
            Assert.Throws<InputException>(() => ModelFolder.Resolve(Id, Cache)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_has_no_tokenizer_is_complete_without_one()
    {
        Server.Commit(Id, "main", [.. Files(Weights).Where(f => f.Path != "tokenizer.json")]);
        Assert.Equal((await PullAsync()).Folder, ModelFolder.Resolve(Id, Cache));
    }

    [Fact]
    public async Task Adapters_need_no_weights_of_a_model()
    {
        Server.Commit(Id, "main", ("adapter_config.json", "{}"u8.ToArray(), false), ("adapter_model.safetensors", Bytes(10, 1), true));
        Assert.Equal((await PullAsync()).Folder, ModelFolder.Resolve(Id, Cache));
    }

    [Theory]
    [InlineData("not a commit")]
    [InlineData("../../../../etc")]
    [InlineData("0123456789012345678901234567890123456789")]
    public async Task A_reference_to_nothing_is_as_if_there_were_none(string content)
    {
        await PullAsync();
        await File.WriteAllTextAsync(Path.Combine(RepositoryFolder, "refs", "main"), content, TestContext.Current.CancellationToken);
        Assert.Contains("no complete snapshot", Assert.Throws<InputException>(() => ModelFolder.Resolve(Id, Cache)).Message,
            StringComparison.Ordinal);
    }
}
