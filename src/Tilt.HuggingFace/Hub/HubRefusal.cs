using System.Net;

namespace Tilt.HuggingFace.Hub;

/// <summary>What a reply that is no success means, and what to do about it.</summary>
/// <remarks>The hub names the reason in the header <c>X-Error-Code</c> and explains it in <c>X-Error-Message</c>.</remarks>
internal static class HubRefusal
{
    /// <summary>Whether a hub says that the repository has no such file at this commit.</summary>
    public static bool IsMissingFile(HttpResponseMessage reply) =>
        reply.StatusCode == HttpStatusCode.NotFound && Header(reply, "X-Error-Code") == "EntryNotFound";

    /// <summary>The exception that a reply amounts to.</summary>
    /// <param name="reply">A reply with a status that is neither a success nor a redirect.</param>
    /// <param name="repository">The repository that was asked for.</param>
    /// <param name="options">Endpoint and token.</param>
    /// <param name="fromHub">Whether the hub itself answered, or a storage service behind it.</param>
    /// <param name="time">The clock that dates of <c>Retry-After</c> are compared with.</param>
    public static Exception Of(HttpResponseMessage reply, HubRepository repository, HubOptions options, bool fromHub, TimeProvider time)
    {
        int status = (int)reply.StatusCode;
        string host = reply.RequestMessage?.RequestUri?.Authority ?? options.Endpoint.Authority;
        if (status is 408 or 429 or 500 or 502 or 503 or 504) return Busy(reply, status, host, options, time);
        // Addresses of storage services are signed and expire: the next try asks the hub for a new one.
        if (!fromHub) return new TransientFailure($"was refused by the storage service {host} (status {status})");

        string page = new Uri(options.Endpoint, repository.Page).ToString();
        string said = Said(reply);
        return (Header(reply, "X-Error-Code"), status) switch
        {
            ("GatedRepo", _) => new InputException(Gated(repository, page, options, said)),
            ("RevisionNotFound", _) =>
                new InputException($"'{repository.Id}' has no revision "
                    + $"'{repository.Revision}'. {new Uri(options.Endpoint, repository.Page + "/tree/main")} shows its branches and tags."),
            ("RepoNotFound", _) or (_, 401) or (null, 404) => new InputException(NotFound(repository, page, options, said)),
            (_, 403) =>
                new InputException($"{host} does not let {Holder(options)} read '{repository.Id}' (status 403{said}). Give the token the "
                    + $"permission to read it at {Settings(options)}, or set HF_TOKEN to one that has it."),
            _ => new HubException($"{HubTransport.Shown(reply.RequestMessage!.RequestUri!)} answered with status {status}{said}."),
        };
    }

    private static TransientFailure Busy(HttpResponseMessage reply, int status, string host, HubOptions options, TimeProvider time) =>
        new($"was answered by {host} with status {status}{(status == 429 ? " (too many requests)" : "")}{Said(reply)}")
        {
            Wait = RetryPolicy.WaitOf(reply.Headers, time),
            Remedy = status == 429 && options.Token is null
                ? $"Wait and run the same command again, or set HF_TOKEN: requests with a token have a higher limit ({Settings(options)})."
                : "Wait and run the same command again: it continues where it stopped.",
        };

    private static string Gated(HubRepository repository, string page, HubOptions options, string said) =>
        $"'{repository.Id}' is gated{said}. Accept its licence at {page} with your account, then "
        + (options.Token is null
            ? $"set HF_TOKEN to a token of that account ({Settings(options)})."
            : $"run this again; {Holder(options)} must belong to that account and may need the permission to read gated repositories.");

    private static string NotFound(HubRepository repository, string page, HubOptions options, string said) => options.Token is null
        ? $"{options.Endpoint.Authority} shows no repository '{repository.Id}'{said}. Check the name at {page}; if it is private or gated, "
            + $"set HF_TOKEN to a token that may read it ({Settings(options)})."
        : $"{options.Endpoint.Authority} shows no repository '{repository.Id}' to {Holder(options)}{said}. Check the name at {page}, and "
            + $"that the token is valid and may read it ({Settings(options)}).";

    private static string Holder(HubOptions options) => options.Token is { } token ? $"the {token}" : "requests without a token";

    private static Uri Settings(HubOptions options) => new(options.Endpoint, "settings/tokens");

    private static string Said(HttpResponseMessage reply)
    {
        string? message = Header(reply, "X-Error-Message");
        if (string.IsNullOrWhiteSpace(message)) return "";
        string clean = new([.. message.Where(c => !char.IsControl(c)).Take(300)]);
        return $": \"{clean.TrimEnd('.')}\"";
    }

    private static string? Header(HttpResponseMessage reply, string name) =>
        reply.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
