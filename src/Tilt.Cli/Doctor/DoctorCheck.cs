namespace Tilt.Cli.Doctor;

/// <summary>What a check came to.</summary>
internal enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Worth knowing; nothing is missing.</summary>
    Note,

    /// <summary>Tilt works, but slower or not in every case.</summary>
    Warning,

    /// <summary>Something that Tilt needs does not work.</summary>
    Problem,
}

/// <summary>One thing that <c>tilt doctor</c> looked at.</summary>
/// <param name="Area">Heading that it stands under.</param>
/// <param name="Name">What was looked at.</param>
/// <param name="Status">What it came to.</param>
/// <param name="Text">What was found.</param>
/// <param name="Remedy">What to do, in one sentence; null when nothing is to be done.</param>
internal sealed record DoctorCheck(string Area, string Name, CheckStatus Status, string Text, string? Remedy = null)
{
    /// <summary>The figures behind the text, for programs.</summary>
    public IReadOnlyDictionary<string, object?> Data { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);
}
