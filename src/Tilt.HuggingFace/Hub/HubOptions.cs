namespace Tilt.HuggingFace.Hub;

/// <summary>Where the hub and its cache are, and how patient transfers are.</summary>
public sealed record HubOptions
{
    /// <summary>The hub that Hugging Face runs.</summary>
    public static readonly Uri DefaultEndpoint = new("https://huggingface.co/");

    /// <summary>Address of the hub, with a slash at its end. Default: https://huggingface.co/.</summary>
    public Uri Endpoint { get; init; } = DefaultEndpoint;

    /// <summary>The access token; null without one. It is sent to the endpoint and to no other host.</summary>
    public HubToken? Token { get; init; }

    /// <summary>Folder of the cache that Tilt shares with Python's huggingface_hub.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Whether only the cache may be used. Default: no.</summary>
    public bool Offline { get; init; }

    /// <summary>Whether snapshots may link to their blobs. Default: yes, where the file system can.</summary>
    public bool AllowSymbolicLinks { get; init; } = true;

    /// <summary>Files fetched at once. Default: 4.</summary>
    public int ParallelFiles { get; init; } = 4;

    /// <summary>How long the hub may take to answer. Default: 10 seconds.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a transfer may stand still. Default: 10 seconds.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Tries of one request, or of one file without any progress. Default: 5.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Wait before the second try, doubled before every further one. Default: 1 second.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait that is accepted when the hub asks for one. Default: 5 minutes.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Free bytes of the file system that holds a folder.</summary>
    public Func<string, long> FreeSpace { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;
}
