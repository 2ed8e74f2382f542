using CsCheck;
using Tilt.HuggingFace.Hub;

namespace Tilt.HuggingFace.Tests.Hub;

/// <summary>Transfers that break, stall or lie, and what is left behind.</summary>
public sealed class ResumeTests : HubFixture
{
    [Fact]
    public async Task A_cut_connection_is_continued_where_it_broke()
    {
        int cuts = 0;
        Server.Alter = (request, reply) => request.ToStorage && cuts++ < 3 ? reply with { CutAfter = 70_000 } : reply;
        await PullAsync();
        AssertComplete();
        Assert.Equal([0, 70_000, 140_000, 210_000], Server.Downloads.Where(r => r.ToStorage).Select(r => r.From));
        Assert.Contains(Events.OfType<PullNote>(),
            n => n.Text.Contains("model.safetensors", StringComparison.Ordinal)
                && n.Text.Contains("lost the connection", StringComparison.Ordinal));
    }

    [Fact]
    public void Content_is_right_wherever_connections_break() =>
        Gen.Int[0, 120_000].Array[0, 8].Sample(
            cuts =>
            {
                int next = 0;
                Server.Alter = (request, reply) =>
                    request.ToStorage && Interlocked.Increment(ref next) <= cuts.Length ? reply with { CutAfter = cuts[next - 1] } : reply;
                Options = Options with { Attempts = 20 };
                if (Directory.Exists(RepositoryFolder)) Directory.Delete(RepositoryFolder, recursive: true);
                PullAsync().GetAwaiter().GetResult();
                AssertComplete();
            },
            iter: 20,
            threads: 1);

    [Fact]
    public async Task What_an_earlier_run_left_is_continued()
    {
        await LeaveIncompleteAsync(Weights[..123_456]);
        await PullAsync();
        AssertComplete();
        Assert.Equal(123_456, Assert.Single(Server.Downloads, r => r.ToStorage).From);
    }

    [Fact]
    public async Task A_whole_file_that_only_lacked_its_name_is_not_fetched()
    {
        await LeaveIncompleteAsync(Weights);
        await PullAsync();
        AssertComplete();
        Assert.DoesNotContain(Server.Downloads, r => r.ToStorage);
    }

    [Fact]
    public async Task A_beginning_of_other_content_is_found_out_and_fetched_anew()
    {
        await LeaveIncompleteAsync(Bytes(50_000, 99));
        await PullAsync();
        AssertComplete();
        Assert.Equal([50_000, 0], Server.Downloads.Where(r => r.ToStorage).Select(r => r.From));
    }

    [Fact]
    public async Task An_incomplete_file_longer_than_the_whole_is_fetched_anew()
    {
        await LeaveIncompleteAsync(Bytes(400_000, 99));
        await PullAsync();
        AssertComplete();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(206)]
    [InlineData(416)]
    public async Task A_server_that_does_not_continue_begins_anew(int status)
    {
        await LeaveIncompleteAsync(Weights[..1000]);
        Server.Alter = (request, reply) => !request.ToStorage || request.From == 0 ? reply : status switch
        {
            200 => new(200, Weights),
            206 => new(206, Weights[500..]) { Headers = new() { ["Content-Range"] = $"bytes 500-{Weights.Length - 1}/{Weights.Length}" } },
            _ => new(416, []),
        };
        await PullAsync();
        AssertComplete();
    }

    [Fact]
    public async Task Cancelling_keeps_what_is_there_and_the_next_run_continues()
    {
        Server.Alter = (request, reply) => request.ToStorage && request.From == 0 ? reply with { Pause = TimeSpan.FromSeconds(30) } : reply;
        using var cancellation = new CancellationTokenSource();
        Task<PulledSnapshot> pulling = PullAsync(cancellation: cancellation.Token);
        while (!Snapshotted().OfType<PullAdvanced>().Any(e => e.Position >= Weights.Length / 2))
            await Task.Delay(5, TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pulling);
        Assert.Equal(Weights.Length / 2, new FileInfo(WeightsBlob + ".incomplete").Length);
        Assert.False(File.Exists(WeightsBlob));
        Assert.False(File.Exists(Path.Combine(RepositoryFolder, "refs", "main")));
        Assert.Throws<InputException>(() => ModelFolder.Resolve(Id, Cache));
        await PullAsync();
        AssertComplete();
        Assert.Equal([0, Weights.Length / 2], Server.Downloads.Where(r => r.ToStorage).Select(r => r.From));
    }

    [Fact]
    public async Task A_transfer_that_stands_still_is_tried_again()
    {
        Options = Options with { IdleTimeout = TimeSpan.FromMilliseconds(300) };
        Server.Alter = (request, reply) => request.ToStorage && request.From == 0 ? reply with { Pause = TimeSpan.FromSeconds(30) } : reply;
        await PullAsync();
        AssertComplete();
        Assert.Contains(Events.OfType<PullNote>(), n => n.Text.Contains("stood still for 0.3 s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_transfer_that_never_gets_on_ends_with_a_message_and_keeps_what_is_there()
    {
        Server.Alter = (request, reply) => request.ToStorage ? reply with { CutAfter = request.From == 0 ? 1000 : 0 } : reply;
        var failure = await FailsAsync<HubException>();
        Assert.Contains("'model.safetensors', 1.00 kB of 300 kB here,", failure.Message, StringComparison.Ordinal);
        Assert.Contains("4 tries in a row without progress", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Weights[..1000], await File.ReadAllBytesAsync(WeightsBlob + ".incomplete", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Content_with_a_wrong_checksum_is_never_kept()
    {
        byte[] wrong = [.. Weights];
        wrong[17] ^= 1;
        Server.Alter = (request, reply) => request.ToStorage ? reply with { Body = wrong } : reply;
        var failure = await FailsAsync<HubException>();
        Assert.Contains("'model.safetensors' arrived damaged twice", failure.Message, StringComparison.Ordinal);
        Assert.Contains(Server.FileOf(Id, Commit, "model.safetensors").Sha256, failure.Message, StringComparison.Ordinal);
        AssertNoWeights();
    }

    [Fact]
    public async Task A_wrong_ETag_without_hashes_in_the_listing_keeps_nothing()
    {
        Server.ListsBlobs = false;
        string wrong = new('a', 64);
        Server.Alter = (request, reply) => reply.Headers.ContainsKey("X-Linked-Etag")
            ? reply with { Headers = new(reply.Headers) { ["X-Linked-Etag"] = $"\"{wrong}\"" } }
            : reply;
        Assert.Contains("arrived damaged twice", (await FailsAsync<HubException>()).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(RepositoryFolder, "blobs", wrong)));
        AssertNoWeights();
    }

    [Fact]
    public async Task A_hub_that_contradicts_its_listing_is_not_believed()
    {
        Server.Alter = (request, reply) => reply.Headers.ContainsKey("X-Linked-Etag")
            ? reply with { Headers = new(reply.Headers) { ["X-Linked-Etag"] = $"\"{new string('a', 64)}\"" } }
            : reply;
        Assert.Contains("contradicts itself: the checksum", (await FailsAsync<HubException>()).Message, StringComparison.Ordinal);
        Server.Alter = (request, reply) =>
            reply.Headers.ContainsKey("X-Linked-Size") ? reply with { Headers = new(reply.Headers) { ["X-Linked-Size"] = "17" } } : reply;
        Assert.Contains("contradicts itself: 'model.safetensors' has 300000 bytes", (await FailsAsync<HubException>()).Message,
            StringComparison.Ordinal);
        AssertNoWeights();
    }

    [Fact]
    public async Task A_transfer_shorter_or_longer_than_the_file_is_not_kept()
    {
        Server.Alter = (request, reply) => request.ToStorage ? reply with { Body = [.. Weights, 0] } : reply;
        Assert.Contains("more than its 300000 bytes", (await FailsAsync<HubException>()).Message, StringComparison.Ordinal);
        AssertNoWeights();
        Server.Alter = (request, reply) => request.ToStorage ? new(200, Weights[..200]) : reply;
        Assert.Contains("ended too early", (await FailsAsync<HubException>()).Message, StringComparison.Ordinal);
        AssertNoWeights();
    }

    [Fact]
    public async Task A_compressed_transfer_is_refused()
    {
        Server.Alter =
            (request, reply) => request.ToStorage ? reply with { Headers = new(reply.Headers) { ["Content-Encoding"] = "gzip" } } : reply;
        Assert.Contains("was sent compressed (gzip)", (await FailsAsync<HubException>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_of_the_wrong_size_in_the_cache_is_replaced()
    {
        await PullAsync();
        await using (var stream = File.OpenWrite(WeightsBlob)) stream.SetLength(100);
        await PullAsync();
        AssertComplete();
    }

    [Fact]
    public async Task Rechecking_finds_a_blob_with_wrong_content_of_the_right_size()
    {
        await PullAsync();
        await using (var stream = File.OpenWrite(WeightsBlob)) stream.WriteByte((byte)(Weights[0] + 1));
        await PullAsync();
        Assert.NotEqual(Weights,
            await File.ReadAllBytesAsync(Path.Combine(Snapshot, "model.safetensors"), TestContext.Current.CancellationToken));
        await PullAsync(recheck: true);
        AssertComplete();
        Assert.Contains(Events.OfType<PullNote>(),
            n => n.Text.StartsWith("'model.safetensors' is damaged in the cache", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rechecking_never_removes_a_users_file_behind_a_link(bool linkIsBlob)
    {
        await PullAsync();
        string users = Path.Combine(Cache, "my-finetune.safetensors"),
            link = linkIsBlob ? WeightsBlob : Path.Combine(Snapshot, "model.safetensors");
        await File.WriteAllBytesAsync(users, Bytes(Weights.Length, 77), TestContext.Current.CancellationToken);
        File.Delete(link);
        File.CreateSymbolicLink(link, users);
        await PullAsync(recheck: true);
        AssertComplete();
        Assert.Equal(Bytes(Weights.Length, 77), await File.ReadAllBytesAsync(users, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_arrives_is_never_written_into_a_users_file_behind_a_link()
    {
        string users = Path.Combine(Cache, "notes.txt");
        await LeaveIncompleteAsync([]);
        await File.WriteAllTextAsync(users, "important", TestContext.Current.CancellationToken);
        File.Delete(WeightsBlob + ".incomplete");
        File.CreateSymbolicLink(WeightsBlob + ".incomplete", users);
        await PullAsync();
        AssertComplete();
        Assert.Equal("important", await File.ReadAllTextAsync(users, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_is_replaced()
    {
        await PullAsync();
        File.Delete(WeightsBlob);
        await PullAsync();
        AssertComplete();
    }

    [Fact]
    public async Task A_reference_moves_only_when_the_new_snapshot_is_complete()
    {
        await PullAsync();
        Server.Commit(Id, "main", Files(Bytes(1000, 7)));
        Server.Alter = (request, reply) => request.ToStorage ? reply with { CutAfter = 0 } : reply;
        await FailsAsync<HubException>();
        Assert.Equal(Commit,
            await File.ReadAllTextAsync(Path.Combine(RepositoryFolder, "refs", "main"), TestContext.Current.CancellationToken));
        Assert.Equal(Snapshot, ModelFolder.Resolve(Id, Cache));
    }

    [Fact]
    public async Task Two_downloads_at_once_fetch_everything_once()
    {
        await Task.WhenAll(PullAsync(), PullAsync());
        AssertComplete();
        Assert.Single(Server.Downloads, r => r.ToStorage);
    }

    [Fact]
    public async Task A_blob_that_another_process_holds_is_waited_for()
    {
        string file = Path.Combine(Cache, ".locks", "models--org--model", Path.GetFileName(WeightsBlob) + ".lock");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Task<PulledSnapshot> pulling;
        await using (new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            pulling = PullAsync();
            while (!Snapshotted().OfType<PullNote>().Any(n => n.Text.Contains("waits for another download", StringComparison.Ordinal)))
                await Task.Delay(5, TestContext.Current.CancellationToken);
            Assert.DoesNotContain(Server.Downloads, r => r.ToStorage);
        }

        await pulling;
        AssertComplete();
    }

    private PullEvent[] Snapshotted()
    {
        lock (Events) return [.. Events];
    }

    private void AssertNoWeights()
    {
        Assert.False(File.Exists(WeightsBlob));
        Assert.False(Path.Exists(Path.Combine(Snapshot, "model.safetensors")));
        Assert.False(File.Exists(Path.Combine(RepositoryFolder, "refs", "main")));
    }

    private async Task LeaveIncompleteAsync(byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(WeightsBlob)!);
        await File.WriteAllBytesAsync(WeightsBlob + ".incomplete", content, TestContext.Current.CancellationToken);
    }
}
