namespace Tilt.HuggingFace.Hub;

/// <summary>An access token of the hub. Its text appears in no message, log or record.</summary>
/// <param name="value">The token.</param>
/// <param name="source">Where it comes from, such as "HF_TOKEN".</param>
public sealed class HubToken(string value, string source)
{
    /// <summary>Where the token comes from: a variable or a file.</summary>
    public string Source { get; } = source;

    /// <summary>The token itself, for the header of a request.</summary>
    internal string Value { get; } = value;

    /// <summary>Where the token comes from, never what it is.</summary>
    public override string ToString() => $"token of {Source}";
}
