using System.Net;
using Tilt.Files;

namespace Tilt.HuggingFace.Hub;

/// <summary>
/// Fetches one blob: into <c>{etag}.incomplete</c>, continuing what an earlier try left there, and under its own name only once size
/// and checksum are right.
/// </summary>
internal sealed class BlobDownload(HubClient client, RetryPolicy retry, IProgress<PullEvent>? progress)
{
    private const int BufferSize = 1 << 20;

    /// <summary>Fetches a blob that is not there.</summary>
    /// <param name="source">Where its content comes from.</param>
    /// <param name="blob">Path of the blob.</param>
    /// <param name="cancellationToken">Stops; what has arrived stays in the incomplete file.</param>
    /// <returns>Whether there was a checksum to check it with.</returns>
    /// <exception cref="HubException">It could not be fetched, or arrived damaged twice.</exception>
    public async Task<bool> RunAsync(BlobSource source, string blob, CancellationToken cancellationToken)
    {
        string incomplete = blob + ".incomplete";
        // What arrives never goes into a file that a link leads to.
        if (new FileInfo(incomplete).LinkTarget is not null) File.Delete(incomplete);
        bool wasDamaged = false, verified;
        for (int failures = 0; ;)
        {
            long before = FileLength.Of(incomplete) ?? 0;
            try
            {
                verified = await TransferAsync(source, incomplete, cancellationToken).ConfigureAwait(false);
                break;
            }
            catch (DamagedContent damage)
            {
                File.Delete(incomplete);
                if (wasDamaged)
                    throw new HubException($"'{source.File.Path}' arrived damaged twice: {damage.Message} Nothing of it was kept. "
                        + $"Something on the way may change files, such as a proxy; or the hub's own copy is damaged, which its owner "
                        + $"should know.", damage);
                wasDamaged = true;
                progress?.Report(
                    new PullNote($"'{source.File.Path}' arrived damaged: {damage.Message} It is fetched again from its start."));
            }
            catch (TransientFailure failure)
            {
                // What arrived shows that the way is open: only tries in a row without progress count.
                long now = FileLength.Of(incomplete) ?? 0;
                failures = now > before ? 1 : failures + 1;
                string subject = $"'{source.File.Path}', {ByteSize.Text(now)} of {ByteSize.Text(source.Size)} here,";
                await retry.WaitAsync(subject, failure, failures, note => progress?.Report(new PullNote(note)), cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        File.Move(incomplete, blob, overwrite: true);
        return verified;
    }

    /// <summary>One try to complete the incomplete file and check it. Returns whether there was a checksum.</summary>
    private async Task<bool> TransferAsync(BlobSource source, string incomplete, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(incomplete, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 0,
            Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        });
        if (file.Length > source.Size) file.SetLength(0);
        using ContentHash? hash = source.BeginHash();
        var buffer = new byte[BufferSize];
        progress?.Report(new PullStarted(source.File, file.Length, source.Size));
        for (int read; (read = await file.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            hash?.Append(buffer.AsSpan(0, read));
        if (file.Position < source.Size || source.Size == 0)
            await ReceiveAsync(source, file, hash, buffer, cancellationToken).ConfigureAwait(false);
        file.Flush(flushToDisk: true);
        if (hash is not null && hash.Finish() != hash.Expected)
            throw new DamagedContent($"its checksum is {hash.Finish()}, but should be {hash.Expected}.");
        return hash is not null;
    }

    private async Task ReceiveAsync(BlobSource source, FileStream file, ContentHash? hash, byte[] buffer,
        CancellationToken cancellationToken)
    {
        using HttpResponseMessage reply = await client
            .OpenAsync(source.Repository, source.Commit, source.File.Path, file.Position, cancellationToken).ConfigureAwait(false);
        if (reply.Content.Headers.ContentEncoding.Any(e => !e.Equals("identity", StringComparison.OrdinalIgnoreCase)))
            throw new HubException($"'{source.File.Path}' was sent compressed "
                + $"({string.Join(", ", reply.Content.Headers.ContentEncoding)}), although it was asked for as it is. A proxy may be in "
                + $"the way.");
        if (!Continues(reply, file.Position))
        {
            // The server ignored the range, or what is here cannot be the beginning of its file.
            file.SetLength(0);
            hash?.Restart();
            progress?.Report(new PullStarted(source.File, 0, source.Size));
            if (reply.StatusCode != HttpStatusCode.OK)
                throw new TransientFailure($"could not be continued (status {(int)reply.StatusCode}) and begins anew");
        }

        await using ReplyBody body = await client.OpenBodyAsync(reply, cancellationToken).ConfigureAwait(false);
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (file.Position + read > source.Size) throw new DamagedContent($"more than its {source.Size} bytes were sent.");
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            hash?.Append(buffer.AsSpan(0, read));
            progress?.Report(new PullAdvanced(source.File, file.Position));
        }

        if (file.Position < source.Size) throw new TransientFailure("ended too early");
    }

    private static bool Continues(HttpResponseMessage reply, long position) => position == 0
        ? reply.StatusCode == HttpStatusCode.OK
        : reply.StatusCode == HttpStatusCode.PartialContent && reply.Content.Headers.ContentRange is { Unit: "bytes", From: { } from }
            && from == position;

    /// <summary>The content is not what its name says.</summary>
    private sealed class DamagedContent(string message) : Exception(message);
}
