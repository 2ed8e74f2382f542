using System.Text.Json;

namespace Tilt.HuggingFace.Hub;

/// <summary>What the hub says of a file before it is fetched.</summary>
/// <param name="ETag">The name of its blob: SHA-256 of files in large-file storage, git's SHA-1 of others.</param>
/// <param name="Size">Bytes; null when the hub did not say.</param>
internal sealed record HubFileHead(string ETag, long? Size);

/// <summary>The hub's protocol: one method a request. Tries once; <see cref="RetryPolicy"/> repeats.</summary>
internal sealed class HubClient(HubOptions options, TimeProvider time) : IDisposable
{
    private const int LargestListing = 256 << 20, LongestETag = 128;

    private readonly HubTransport _transport = new(options, time);

    /// <summary>The commit that the revision stands for, and its files.</summary>
    /// <exception cref="InputException">There is no such repository or revision, or it may not be read.</exception>
    /// <exception cref="HubException">The answer is not a hub's.</exception>
    /// <exception cref="TransientFailure">Another try may help.</exception>
    public async Task<HubListing> ListAsync(HubRepository repository, CancellationToken cancellationToken)
    {
        var uri = new Uri(options.Endpoint, $"{repository.Interface}/revision/{Uri.EscapeDataString(repository.Revision)}?blobs=true");
        using HttpResponseMessage reply = await _transport.SendAsync(HttpMethod.Get, uri, 0, null, cancellationToken).ConfigureAwait(false);
        if (!reply.IsSuccessStatusCode) throw Refusal(reply, repository);
        await using ReplyBody body = await _transport.OpenBodyAsync(reply, cancellationToken).ConfigureAwait(false);
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; (read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            if (content.Length + read > LargestListing)
                throw new HubException($"{HubTransport.Shown(uri)} answered with more than {LargestListing >> 20} MiB. If HF_ENDPOINT is "
                    + $"set, check it.");
            content.Write(buffer, 0, read);
        }

        try
        {
            using var document = JsonDocument.Parse(content.GetBuffer().AsMemory(0, (int)content.Length));
            return HubListing.Parse(document.RootElement, uri);
        }
        catch (JsonException e)
        {
            throw new HubException($"{HubTransport.Shown(uri)} did not answer with JSON, as a hub does. If HF_ENDPOINT is set, check it; "
                + $"some networks answer with a page to log in to.", e);
        }
    }

    /// <summary>What names the blob of a file; null when the repository has no such file at this commit.</summary>
    /// <exception cref="InputException">The file may not be read.</exception>
    /// <exception cref="HubException">The answer is not a hub's, or of another commit.</exception>
    /// <exception cref="TransientFailure">Another try may help.</exception>
    public async Task<HubFileHead?> DescribeAsync(HubRepository repository, string commit, string path, CancellationToken cancellationToken)
    {
        Uri uri = AddressOf(repository, commit, path);
        string? saidCommit = null;
        bool IsAnswer(HttpResponseMessage redirect)
        {
            saidCommit ??= Header(redirect, "X-Repo-Commit");
            return Header(redirect, "X-Linked-Etag") is not null;
        }

        using HttpResponseMessage reply =
            await _transport.SendAsync(HttpMethod.Head, uri, 0, IsAnswer, cancellationToken).ConfigureAwait(false);
        if (HubRefusal.IsMissingFile(reply)) return null;
        if ((int)reply.StatusCode >= 400) throw Refusal(reply, repository);

        saidCommit ??= Header(reply, "X-Repo-Commit");
        // A storage service's own ETag looks like a hash and is not the file's: only the hub's word counts.
        string? etag =
            Unquoted(Header(reply, "X-Linked-Etag") ?? (saidCommit is null ? null : reply.Headers.ETag?.Tag ?? Header(reply, "ETag")));
        if (saidCommit is null || string.IsNullOrEmpty(etag))
            throw new HubException($"{HubTransport.Shown(uri)} was answered without {(saidCommit is null ? "X-Repo-Commit" : "an ETag")}, "
                + $"which a hub sends. If HF_ENDPOINT is set, check it.");
        if (saidCommit != commit)
            throw new HubException($"{HubTransport.Shown(uri)} was answered with a file of commit '{saidCommit}'. Run the same command "
                + $"again.");
        if (etag.Length > LongestETag || !etag.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            || etag.Trim('.').Length == 0)
            throw new HubException($"{HubTransport.Shown(uri)} was answered with an ETag that cannot name a file of the cache.");
        return new HubFileHead(etag, Size(reply));
    }

    /// <summary>The content of a file from a byte on. The caller disposes of the reply, whose status is 200, 206 or 416.</summary>
    /// <exception cref="InputException">The file may not be read.</exception>
    /// <exception cref="TransientFailure">Another try may help.</exception>
    public async Task<HttpResponseMessage> OpenAsync(HubRepository repository, string commit, string path, long offset,
        CancellationToken cancellationToken)
    {
        HttpResponseMessage reply =
            await _transport.SendAsync(HttpMethod.Get, AddressOf(repository, commit, path), offset, null, cancellationToken)
                .ConfigureAwait(false);
        if ((int)reply.StatusCode is 200 or 206 or 416) return reply;
        using (reply) throw Refusal(reply, repository);
    }

    /// <summary>The body of a reply, for reading.</summary>
    public Task<ReplyBody> OpenBodyAsync(HttpResponseMessage reply, CancellationToken cancellationToken) =>
        _transport.OpenBodyAsync(reply, cancellationToken);

    public void Dispose() => _transport.Dispose();

    private Uri AddressOf(HubRepository repository, string commit, string path) =>
        new(options.Endpoint, $"{repository.Page}/resolve/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    private Exception Refusal(HttpResponseMessage reply, HubRepository repository) =>
        HubRefusal.Of(reply, repository, options, _transport.IsHub(reply.RequestMessage!.RequestUri!), time);

    private static long? Size(HttpResponseMessage reply) =>
        Header(reply, "X-Linked-Size") is { } text
            ? long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long size)
                ? size
                : null
            : reply.IsSuccessStatusCode ? reply.Content.Headers.ContentLength : null;

    private static string? Unquoted(string? etag) =>
        (etag?.StartsWith("W/", StringComparison.Ordinal) == true ? etag[2..] : etag)?.Trim('"');

    private static string? Header(HttpResponseMessage reply, string name) =>
        reply.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
