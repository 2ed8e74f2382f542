using Tilt.HuggingFace.Hub;

namespace Tilt.HuggingFace.Tests.Hub;

public sealed class DatasetTests : HubFixture
{
    private static readonly (string Path, byte[] Content, bool IsLarge)[] Script = [("make.py", "print()"u8.ToArray(), false)];

    [Fact]
    public async Task A_data_set_goes_into_Pythons_cache_and_is_found_by_its_name()
    {
        string commit = Server.Commit("org/set", "main", ("data/train-00000-of-00001.parquet", Bytes(2000, 3), true),
            ("README.md", "# A set"u8.ToArray(), false), ("image.png", Bytes(10, 1), false));
        PulledSnapshot snapshot = await PullSetAsync("org/set");
        Assert.Equal(Path.Combine(Cache, "datasets--org--set", "snapshots", commit), snapshot.Folder);
        Assert.Equal(["README.md", "data/train-00000-of-00001.parquet"], snapshot.Files.Select(f => f.Path).Order());
        Assert.Equal(snapshot.Folder, DatasetFolder.Resolve("org/set", Cache));
        Assert.Equal(snapshot.Folder, DatasetFolder.Resolve($"org/set@{commit}", Cache));
    }

    [Fact]
    public async Task Without_files_to_read_the_hubs_conversion_is_taken()
    {
        Server.Commit("org/script", "main", Script);
        string converted = Server.Commit("org/script", "refs/convert/parquet", ("main/test/0000.parquet", Bytes(500, 4), true));
        PulledSnapshot snapshot = await PullSetAsync("org/script");
        Assert.Equal(converted, snapshot.Commit);
        Assert.Contains(Events, e => e is PullNote note && note.Text.Contains("conversion", StringComparison.Ordinal));
        Assert.Equal(snapshot.Folder, DatasetFolder.Resolve("org/script", Cache));
    }

    [Fact]
    public async Task A_data_set_without_anything_to_read_is_told()
    {
        Server.Commit("org/script", "main", Script);
        Server.Commit("org/script", "refs/convert/parquet", Script);
        InputException error = await Assert.ThrowsAsync<InputException>(() => PullSetAsync("org/script"));
        Assert.Contains("make.py", error.Message, StringComparison.Ordinal);
        Assert.Contains("tilt pull --dataset org/none",
            Assert.Throws<InputException>(() => DatasetFolder.Resolve("org/none", Cache)).Message,
            StringComparison.Ordinal);
    }

    private async Task<PulledSnapshot> PullSetAsync(string id)
    {
        using var download = new SnapshotDownload(Options);
        return await download.RunAsync(HubRepository.Parse(id) with { Kind = RepositoryKind.Dataset }, FileSelection.OfDataset,
            new Seen(Events), TestContext.Current.CancellationToken);
    }

    private sealed class Seen(List<PullEvent> events) : IProgress<PullEvent>
    {
        public void Report(PullEvent value)
        {
            lock (events) events.Add(value);
        }
    }
}
