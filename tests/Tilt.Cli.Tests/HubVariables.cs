namespace Tilt.Cli.Tests;

/// <summary>
/// The environment variables of the hub, cleared for a test and restored after it. Tests that use them run one after the other.
/// </summary>
[CollectionDefinition(nameof(HubVariables), DisableParallelization = true)]
public sealed class HubVariables : IDisposable
{
    private static readonly string[] Names =
    [
        "HF_ENDPOINT", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE",
        "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE",
        "HF_HUB_DISABLE_SYMLINKS", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "HF_HUB_ETAG_TIMEOUT", "HF_HUB_DOWNLOAD_TIMEOUT",
    ];

    private readonly Dictionary<string, string?> _before = Names.ToDictionary(name => name, Environment.GetEnvironmentVariable);

    public HubVariables()
    {
        foreach (string name in Names) Environment.SetEnvironmentVariable(name, null);
        // Neither the user's token nor the user's cache.
        Environment.SetEnvironmentVariable("HF_HOME", Path.Combine(Path.GetTempPath(), "tilt-no-such-home"));
    }

    internal void Set(string name, string value)
    {
        if (!_before.ContainsKey(name)) throw new ArgumentException($"{name} would not be restored.", nameof(name));
        Environment.SetEnvironmentVariable(name, value);
    }

    public void Dispose()
    {
        foreach (var (name, value) in _before) Environment.SetEnvironmentVariable(name, value);
    }
}
