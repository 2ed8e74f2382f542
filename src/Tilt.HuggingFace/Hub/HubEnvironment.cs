using System.Globalization;
using System.Text.RegularExpressions;

namespace Tilt.HuggingFace.Hub;

/// <summary>
/// Reads the variables that Python's huggingface_hub reads, with the same meaning: <c>HF_ENDPOINT</c>, <c>HF_TOKEN</c>,
/// <c>HF_TOKEN_PATH</c>, <c>HF_HOME</c>, <c>HF_HUB_CACHE</c>, <c>HF_HUB_OFFLINE</c>, <c>HF_HUB_DISABLE_SYMLINKS</c>,
/// <c>HF_HUB_DISABLE_IMPLICIT_TOKEN</c>, <c>HF_HUB_ETAG_TIMEOUT</c>, <c>HF_HUB_DOWNLOAD_TIMEOUT</c>.
/// </summary>
/// <param name="variable">Value of an environment variable; null when it is not set.</param>
public sealed partial class HubEnvironment(Func<string, string?> variable)
{
    /// <summary>The environment of this process.</summary>
    public static HubEnvironment Current { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>Folder of the hub's files: <c>HF_HOME</c>, or <c>huggingface</c> in the user's cache folder.</summary>
    public string Home =>
        Expand(Text("HF_HOME") ?? Path.Combine(Text("XDG_CACHE_HOME") ?? Path.Combine(UserFolder, ".cache"), "huggingface"));

    /// <summary>Folder of the cache of models.</summary>
    public string CacheFolder => Expand(Text("HF_HUB_CACHE") ?? Text("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(Home, "hub"));

    /// <summary>File that the token is read from when no variable holds it.</summary>
    public string TokenFile => Expand(Text("HF_TOKEN_PATH") ?? Path.Combine(Home, "token"));

    private string UserFolder => Text("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>All settings.</summary>
    /// <exception cref="InputException">A variable holds what it cannot mean, or the token file cannot be read.</exception>
    public HubOptions Read() => new()
    {
        Endpoint = ReadEndpoint(),
        Token = IsTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? null : ReadToken(),
        CacheFolder = CacheFolder,
        Offline = IsTrue("HF_HUB_OFFLINE") || IsTrue("TRANSFORMERS_OFFLINE"),
        AllowSymbolicLinks = !IsTrue("HF_HUB_DISABLE_SYMLINKS"),
        ReplyTimeout = Seconds("HF_HUB_ETAG_TIMEOUT", 10),
        IdleTimeout = Seconds("HF_HUB_DOWNLOAD_TIMEOUT", 10),
    };

    /// <summary>The token of <c>HF_TOKEN</c>, else of the token file; null without one.</summary>
    /// <exception cref="InputException">The token holds characters that no token has, or its file cannot be read.</exception>
    public HubToken? ReadToken()
    {
        foreach (string name in (string[])["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"])
            if (Clean(variable(name)) is { } value) return Checked(value, name);
        try
        {
            return File.Exists(TokenFile) && Clean(File.ReadAllText(TokenFile)) is { } value ? Checked(value, TokenFile) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The token file '{TokenFile}' cannot be read: {e.Message} Change its permissions, or set HF_TOKEN.",
                e);
        }
    }

    private static string? Clean(string? text) =>
        text?.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Trim() is { Length: > 0 } value
            ? value
            : null;

    private static HubToken Checked(string value, string source) => value.All(c => c is > ' ' and < '\x7f')
        ? new HubToken(value, source)
        : throw new InputException($"The token of {source} holds characters that no token has, such as spaces or line ends. Copy it again "
            + $"from https://huggingface.co/settings/tokens.");

    private Uri ReadEndpoint()
    {
        if (Text("HF_ENDPOINT") is not { } text) return HubOptions.DefaultEndpoint;
        if (Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            && uri.UserInfo.Length == 0 && uri.Query.Length == 0)
            return uri;
        throw new InputException(
            $"HF_ENDPOINT is '{text}', which is no address of a hub. Set it to one such as https://huggingface.co, or unset it.");
    }

    private TimeSpan Seconds(string name, double otherwise)
    {
        if (Text(name) is not { } text) return TimeSpan.FromSeconds(otherwise);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and < 86_400)
            return TimeSpan.FromSeconds(seconds);
        throw new InputException($"{name} is '{text}', which is no number of seconds. Set it to one such as 30, or unset it.");
    }

    private bool IsTrue(string name) => variable(name)?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE";

    private string? Text(string name) => variable(name) is { Length: > 0 } text ? text : null;

    /// <summary>The full path of what may begin with <c>~</c> and hold <c>$NAME</c> or <c>${NAME}</c>.</summary>
    private string Expand(string path)
    {
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal)) path = UserFolder + path[1..];
        path = VariablePattern().Replace(path, match => variable(match.Groups["name"].Value) ?? match.Value);
        return Path.GetFullPath(path);
    }

    [GeneratedRegex(@"\$(?:(?<name>\w+)|\{(?<name>\w+)\})")]
    private static partial Regex VariablePattern();
}
