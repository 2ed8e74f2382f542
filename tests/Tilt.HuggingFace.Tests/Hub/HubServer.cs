using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tilt.HuggingFace.Tests.Hub;

/// <summary>A request as the hub (or, by <see cref="ToStorage"/>, the storage service behind it) saw it.</summary>
internal sealed record SeenRequest(bool ToStorage, string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>First byte of a range request; 0 without a range.</summary>
    public long From =>
        Headers.TryGetValue("range", out string? range)
            ? long.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture)
            : 0;
}

/// <summary>What the server answers. A test may alter it before it is sent.</summary>
internal sealed record ServedReply(int Status, byte[] Body)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Body bytes after which the connection is cut; null for none.</summary>
    public int? CutAfter { get; init; }

    /// <summary>A pause before the body, cut short when the client leaves.</summary>
    public TimeSpan Pause { get; init; }

    public static ServedReply Refusal(int status, string? code = null, string? message = null)
    {
        var reply = new ServedReply(status, "{\"error\":\"refused\"}"u8.ToArray());
        if (code is not null) reply.Headers["X-Error-Code"] = code;
        if (message is not null) reply.Headers["X-Error-Message"] = message;
        return reply;
    }
}

internal sealed record ServedFile(byte[] Content, bool IsLarge)
{
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Content));

#pragma warning disable CA5350 // Git names its objects by SHA-1.
    public string BlobId { get; } =
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {Content.Length}\0"), .. Content]));

#pragma warning restore CA5350

    public string ETag => IsLarge ? Sha256 : BlobId;
}

/// <summary>
/// A hub and the storage service behind it, on two ports of this machine: repositories at commits, small files from the hub, large
/// ones by redirect to storage with ranges. Every request is kept; <see cref="Alter"/> injects failures.
/// </summary>
internal sealed class HubServer : IAsyncDisposable
{
    private readonly TcpListener _hub = new(IPAddress.Loopback, 0), _storage = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<(string Id, string Revision), string> _revisions = [];
    private readonly Dictionary<(string Id, string Commit), SortedDictionary<string, ServedFile>> _commits = [];
    private readonly Task[] _accepting;
    private int _active;
    private bool _stopped;

    public HubServer()
    {
        _hub.Start();
        _storage.Start();
        _accepting = [AcceptAsync(_hub, toStorage: false), AcceptAsync(_storage, toStorage: true)];
    }

    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_hub.LocalEndpoint).Port}/");

    public Uri Storage => new($"http://127.0.0.1:{((IPEndPoint)_storage.LocalEndpoint).Port}/");

    public ConcurrentQueue<SeenRequest> Requests { get; } = [];

    /// <summary>Most requests that waited for their answers at the same time.</summary>
    public int MostActive { get; private set; }

    /// <summary>Whether small files are answered by a redirect within the hub, as huggingface.co does.</summary>
    public bool RedirectsSmallFiles { get; set; } = true;

    /// <summary>Whether listings have sizes and hashes, as with <c>?blobs=true</c>.</summary>
    public bool ListsBlobs { get; set; } = true;

    /// <summary>Changes an answer before it is sent.</summary>
    public Func<SeenRequest, ServedReply, ServedReply> Alter { get; set; } = (_, reply) => reply;

    /// <summary>Downloads of content that the server has begun to answer, to either port.</summary>
    public IEnumerable<SeenRequest> Downloads =>
        Requests.Where(r => r.Method == "GET" && !r.Path.StartsWith("/api/models/", StringComparison.Ordinal)
            && (r.ToStorage || r.Path.StartsWith("/api/resolve-cache/", StringComparison.Ordinal)));

    /// <summary>Puts files at a commit that a revision stands for from now on. Returns the commit.</summary>
    public string Commit(string id, string revision, params (string Path, byte[] Content, bool IsLarge)[] files)
    {
        string commit =
            Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes(
                    $"{id} {string.Join(',', files.Select(f => $"{f.Path} {new ServedFile(f.Content, f.IsLarge).ETag}"))}")))[..40];
        _commits[(id, commit)] = new(files.ToDictionary(f => f.Path, f => new ServedFile(f.Content, f.IsLarge)), StringComparer.Ordinal);
        _revisions[(id, revision)] = _revisions[(id, commit)] = commit;
        return commit;
    }

    public ServedFile FileOf(string id, string commit, string path) => _commits[(id, commit)][path];

    public async ValueTask DisposeAsync()
    {
        if (_stopped) return;
        _stopped = true;
        await _stopping.CancelAsync();
        _hub.Stop();
        _storage.Stop();
        await Task.WhenAll(_accepting);
        _stopping.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, bool toStorage)
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(_stopping.Token), toStorage);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The server was stopped.
        }
    }

    private async Task ServeAsync(TcpClient client, bool toStorage)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                if (await ReadAsync(stream, toStorage) is not { } request) return;
                Requests.Enqueue(request);
                lock (Requests) MostActive = Math.Max(MostActive, ++_active);
                ServedReply reply = Alter(request, Answer(request));
                // Before the client can know the answer, and ask for more.
                lock (Requests) _active--;
                await WriteAsync(stream, request, reply);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client has gone.
            }
        }
    }

    private async Task<SeenRequest?> ReadAsync(NetworkStream stream, bool toStorage)
    {
        var head = new StringBuilder();
        var buffer = new byte[4096];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            int read = await stream.ReadAsync(buffer, _stopping.Token);
            if (read == 0) return null;
            head.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        string[] lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] request = lines[0].Split(' ');
        return new SeenRequest(toStorage, request[0], request[1],
            lines.Skip(1).Select(l => l.Split(": ", 2)).ToDictionary(h => h[0].ToLowerInvariant(), h => h[1]));
    }

    private async Task WriteAsync(NetworkStream stream, SeenRequest request, ServedReply reply)
    {
        var head = new StringBuilder($"HTTP/1.1 {reply.Status} Status\r\nConnection: close\r\n");
        foreach ((string name, string value) in reply.Headers) head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        if (!reply.Headers.ContainsKey("Content-Length") && !reply.Headers.ContainsKey("Transfer-Encoding"))
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {reply.Body.Length}\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stopping.Token);
        if (request.Method == "HEAD") return;
        byte[] body = reply.CutAfter is { } cut ? reply.Body[..Math.Min(cut, reply.Body.Length)] : reply.Body;
        if (reply.Pause > TimeSpan.Zero)
        {
            await stream.WriteAsync(body.AsMemory(0, body.Length / 2), _stopping.Token);
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            Task<int> left = stream.ReadAsync(new byte[1], gone.Token).AsTask();
            await Task.WhenAny(left, Task.Delay(reply.Pause, _stopping.Token));
            await gone.CancelAsync();
            body = body[(body.Length / 2)..];
        }

        await stream.WriteAsync(body, _stopping.Token);
    }

    private ServedReply Answer(SeenRequest request)
    {
        string path = Uri.UnescapeDataString(request.Path.Split('?')[0]);
        if (request.ToStorage) return Stored(request, path);
        // Data sets are served like models: their names differ in these tests.
        path = path.StartsWith("/datasets/", StringComparison.Ordinal)
            ? path["/datasets".Length..]
            : path.Replace("/api/datasets/", "/api/models/", StringComparison.Ordinal);
        if (path.StartsWith("/api/models/", StringComparison.Ordinal))
        {
            string[] parts = path["/api/models/".Length..].Split("/revision/", 2);
            return Listing(parts[0], parts.Length > 1 ? parts[1] : "main");
        }

        bool cached = path.StartsWith("/api/resolve-cache/models/", StringComparison.Ordinal);
        string[] sides = cached ? [path["/api/resolve-cache/models/".Length..]] : path[1..].Split("/resolve/", 2);
        string[] segments = (cached ? sides[0] : sides[0] + "/" + sides[^1]).Split('/');
        return segments.Length < 4
            ? ServedReply.Refusal(404)
            : Resolve(request, $"{segments[0]}/{segments[1]}", segments[2], string.Join('/', segments[3..]), cached);
    }

    private ServedReply Listing(string id, string revision)
    {
        if (!_commits.Keys.Any(k => k.Id == id)) return ServedReply.Refusal(401, "RepoNotFound", "Invalid username or password.");
        if (!_revisions.TryGetValue((id, revision), out string? commit))
            return ServedReply.Refusal(404, "RevisionNotFound", $"Invalid rev id: {revision}");
        object Sibling(string path, ServedFile file) => !ListsBlobs
            ? new { rfilename = path }
            : file.IsLarge
                ? new
                {
                    rfilename = path,
                    size = file.Content.Length,
                    blobId = new ServedFile(Encoding.ASCII.GetBytes(file.Sha256), false).BlobId,
                    lfs = new { sha256 = file.Sha256, size = file.Content.Length, pointerSize = 130 }
                }
                : new { rfilename = path, size = file.Content.Length, blobId = file.BlobId };
        return new(200, JsonSerializer.SerializeToUtf8Bytes(
            new { id, sha = commit, siblings = _commits[(id, commit)].Select(f => Sibling(f.Key, f.Value)) }));
    }

    private ServedReply Resolve(SeenRequest request, string id, string revision, string path, bool cached)
    {
        if (!_revisions.TryGetValue((id, revision), out string? commit)) return ServedReply.Refusal(404, "RepoNotFound");
        var headers = new Dictionary<string, string> { ["X-Repo-Commit"] = commit };
        if (!_commits[(id, commit)].TryGetValue(path, out ServedFile? file))
            return ServedReply.Refusal(404, "EntryNotFound") with { Headers = new(headers) { ["X-Error-Code"] = "EntryNotFound" } };
        if (file.IsLarge)
        {
            headers["X-Linked-Etag"] = $"\"{file.Sha256}\"";
            headers["X-Linked-Size"] = file.Content.Length.ToString(CultureInfo.InvariantCulture);
            headers["Location"] = $"{Storage}{file.Sha256}?signature=secret";
            return new(302, "Found"u8.ToArray()) { Headers = headers };
        }

        if (RedirectsSmallFiles && !cached)
        {
            headers["Location"] = $"/api/resolve-cache/models/{id}/{commit}/{Uri.EscapeDataString(path)}?etag={file.BlobId}";
            return new(307, "Temporary Redirect"u8.ToArray()) { Headers = headers };
        }

        headers["ETag"] = $"\"{file.BlobId}\"";
        return Ranged(request, file.Content, headers);
    }

    private ServedReply Stored(SeenRequest request, string path)
    {
        ServedFile? file = _commits.Values.SelectMany(c => c.Values).FirstOrDefault(f => "/" + f.Sha256 == path);
        // A storage service has an ETag of its own, which also looks like a hash.
        return file is null ? ServedReply.Refusal(403) : Ranged(request, file.Content, new() { ["ETag"] = $"\"{new string('d', 64)}\"" });
    }

    private static ServedReply Ranged(SeenRequest request, byte[] content, Dictionary<string, string> headers)
    {
        if (request.From == 0) return new(200, content) { Headers = headers };
        if (request.From >= content.Length)
            return new(416, []) { Headers = new(headers) { ["Content-Range"] = $"bytes */{content.Length}" } };
        headers["Content-Range"] = $"bytes {request.From}-{content.Length - 1}/{content.Length}";
        return new(206, content[(int)request.From..]) { Headers = headers };
    }
}
