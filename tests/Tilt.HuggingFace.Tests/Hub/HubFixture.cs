using Tilt.HuggingFace.Hub;

namespace Tilt.HuggingFace.Tests.Hub;

/// <summary>A hub with one model, an empty cache, and short waits.</summary>
public abstract class HubFixture : IAsyncLifetime
{
    private protected const string Id = "org/model";

    private protected HubServer Server { get; } = new();

    private protected string Cache { get; } = Directory.CreateTempSubdirectory("tilt-hub-").FullName;

    private protected HubOptions Options { get; set; } = null!;

    private protected string Commit { get; private set; } = "";

    private protected byte[] Weights { get; } = Bytes(300_000, 1);

    private protected List<PullEvent> Events { get; } = [];

    private protected string RepositoryFolder => Path.Combine(Cache, "models--org--model");

    private protected string Snapshot => Path.Combine(RepositoryFolder, "snapshots", Commit);

    private protected string WeightsBlob => Path.Combine(RepositoryFolder, "blobs", Server.FileOf(Id, Commit, "model.safetensors").ETag);

    public ValueTask InitializeAsync()
    {
        Commit = Server.Commit(Id, "main", Files(Weights));
        Options = new HubOptions
        {
            Endpoint = Server.Endpoint,
            CacheFolder = Cache,
            Attempts = 4,
            FirstDelay = TimeSpan.FromMilliseconds(1),
            ReplyTimeout = TimeSpan.FromSeconds(20),
            IdleTimeout = TimeSpan.FromSeconds(20),
        };
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(Cache, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected static (string Path, byte[] Content, bool IsLarge)[] Files(byte[] weights) =>
    [
        (".gitattributes", "*.safetensors filter=lfs"u8.ToArray(), false),
        ("README.md", "# A model"u8.ToArray(), false),
        ("config.json", "{\"model_type\":\"llama\"}"u8.ToArray(), false),
        ("model.safetensors", weights, true),
        ("original/consolidated.00.pth", Bytes(100, 9), true),
        ("pytorch_model.bin", Bytes(100, 8), true),
        ("tokenizer.json", Bytes(20_000, 2), false),
        ("tokenizer_config.json", "{}"u8.ToArray(), false),
    ];

    private protected static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private protected async Task<PulledSnapshot> PullAsync(string repository = Id, FileSelection? selection = null, bool recheck = false,
        CancellationToken? cancellation = null)
    {
        using var download = new SnapshotDownload(Options) { Recheck = recheck };
        return await download.RunAsync(HubRepository.Parse(repository), selection ?? FileSelection.Default, new Listener(Events),
            cancellation ?? TestContext.Current.CancellationToken);
    }

    private protected Task<TException> FailsAsync<TException>(string repository = Id, FileSelection? selection = null)
        where TException : Exception =>
            Assert.ThrowsAsync<TException>(() => PullAsync(repository, selection));

    private protected void AssertComplete()
    {
        foreach (var (path, content, _) in Files(Weights).Where(f => FileSelection.Default.Includes(f.Path)))
            Assert.Equal(content, File.ReadAllBytes(Path.Combine(Snapshot, path)));
        Assert.Empty(Directory.EnumerateFiles(RepositoryFolder, "*.incomplete", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(RepositoryFolder, "*.tmp", SearchOption.AllDirectories));
        Assert.Equal(Commit, File.ReadAllText(Path.Combine(RepositoryFolder, "refs", "main")));
    }

    private sealed class Listener(List<PullEvent> events) : IProgress<PullEvent>
    {
        public void Report(PullEvent value)
        {
            lock (events) events.Add(value);
        }
    }
}
