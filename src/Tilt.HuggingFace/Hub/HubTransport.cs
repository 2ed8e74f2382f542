using System.Net;
using System.Net.Http.Headers;

namespace Tilt.HuggingFace.Hub;

/// <summary>
/// Sends requests and follows their redirects itself, so that the token goes to the hub and to no other host: large files lie
/// with storage services whose addresses are signed already.
/// </summary>
internal sealed class HubTransport : IDisposable
{
    private const int MostRedirects = 10;

    private readonly HubOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public HubTransport(HubOptions options, TimeProvider time)
    {
        this._options = options;
        this._time = time;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = options.ReplyTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            Proxy = new LoopbackExempt(HttpClient.DefaultProxy),
            UseCookies = false,
        };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(
            new ProductInfoHeaderValue("tilt", typeof(HubTransport).Assembly.GetName().Version?.ToString(3) ?? "0"));
        // Sizes and ranges are those of the file itself only without compression.
        _client.DefaultRequestHeaders.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
    }

    /// <summary>Sends a request and returns the reply with its headers read and its body not.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="uri">Where to begin.</param>
    /// <param name="offset">First byte wanted; 0 for the whole.</param>
    /// <param name="isAnswer">Whether a redirect is the answer already; null to follow them all.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="TransientFailure">There is no connection, or no reply in time.</exception>
    /// <exception cref="HubException">The redirects lead nowhere, or the connection cannot be trusted.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri uri, long offset, Func<HttpResponseMessage, bool>? isAnswer,
        CancellationToken cancellationToken)
    {
        for (int hop = 0; hop <= MostRedirects; hop++)
        {
            HttpResponseMessage reply = await SendOnceAsync(method, uri, offset, cancellationToken).ConfigureAwait(false);
            if ((int)reply.StatusCode is not (301 or 302 or 303 or 307 or 308) || isAnswer?.Invoke(reply) == true) return reply;
            Uri? next = reply.Headers.Location is { } location ? new Uri(uri, location) : null;
            reply.Dispose();
            if (next is null || next.Scheme is not ("http" or "https"))
                throw new HubException($"{Shown(uri)} redirects without saying where to.");
            if (uri.Scheme == "https" && next.Scheme == "http")
                throw new HubException($"{Shown(uri)} redirects from https to http ({next.Host}); that is not followed.");
            uri = next;
        }

        throw new HubException($"{Shown(uri)} is the end of more than {MostRedirects} redirects; they seem to go in a circle.");
    }

    /// <summary>Whether an address belongs to the hub itself: same scheme, host and port.</summary>
    public bool IsHub(Uri uri) =>
        Uri.Compare(uri, _options.Endpoint, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase)
        == 0;

    /// <summary>The body of a reply, for reading.</summary>
    public async Task<ReplyBody> OpenBodyAsync(HttpResponseMessage reply, CancellationToken cancellationToken) =>
        new(await reply.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), _options.IdleTimeout, _time);

    /// <summary>An address without its query, which may be a signature.</summary>
    public static string Shown(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, Uri uri, long offset, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, uri);
        if (offset > 0) request.Headers.Range = new RangeHeaderValue(offset, null);
        if (_options.Token is { } token && IsHub(uri)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value);
        using var timeout = new CancellationTokenSource(_options.ReplyTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new HubException($"The secure connection to {uri.Authority} failed: {Cause(e)} If a proxy or firewall opens TLS "
                + $"connections, add its certificate to the system's, or name it in SSL_CERT_FILE.", e);
        }
        catch (HttpRequestException e)
        {
            throw Unreachable(uri, $"cannot be reached: {Cause(e).TrimEnd('.')}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable(uri, $"did not answer within {_options.ReplyTimeout.TotalSeconds:0.###} s", e);
        }
    }

    private static TransientFailure Unreachable(Uri uri, string what, Exception cause) =>
        new($"{uri.Scheme}://{uri.Authority} {what}", cause)
        {
            Remedy = "Check the connection, the proxy (HTTPS_PROXY) and, if it is set, HF_ENDPOINT.",
        };

    private static string Cause(Exception exception) => (exception.InnerException ?? exception).Message;

    /// <summary>The system's proxy, but never for this machine itself.</summary>
    private sealed class LoopbackExempt(IWebProxy proxy) : IWebProxy
    {
        public ICredentials? Credentials
        {
            get => proxy.Credentials;
            set => proxy.Credentials = value;
        }

        public Uri? GetProxy(Uri destination) => destination.IsLoopback ? null : proxy.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || proxy.IsBypassed(host);
    }
}

/// <summary>The body of a reply. A connection that breaks or stands still is a <see cref="TransientFailure"/>.</summary>
internal sealed class ReplyBody(Stream stream, TimeSpan idleTimeout, TimeProvider time) : IAsyncDisposable
{
    private readonly CancellationTokenSource _idle = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>Reads what has arrived; 0 at the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        _idle.CancelAfter(idleTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_idle.Token, cancellationToken);
        try
        {
            return await stream.ReadAsync(buffer, either.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new TransientFailure("lost the connection", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransientFailure($"stood still for {idleTimeout.TotalSeconds:0.###} s", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync().ConfigureAwait(false);
        _idle.Dispose();
    }
}
