namespace Tilt.Configuration;

/// <summary>Everything found wrong with a configuration, to be told at once.</summary>
internal sealed class FindingList
{
    private readonly List<Finding> _findings = [];

    /// <summary>Number of findings.</summary>
    public int Count => _findings.Count;

    /// <summary>Adds a finding.</summary>
    /// <param name="location">Where; null when no place in the input is at fault (a key is missing, or a default).</param>
    /// <param name="path">Path of the key at fault, which begins the sentence; empty when the message stands alone.</param>
    /// <param name="message">The rest of the sentence.</param>
    public void Add(SourceLocation? location, string path, string message) => _findings.Add(new(location, path, message));

    /// <summary>Whether anything was found in the group at <paramref name="path"/>.</summary>
    public bool AnyWithin(string path) => _findings.Any(finding => ConfigurationPath.IsWithin(finding.Path, path));

    /// <summary>Whether anything was found at the key <paramref name="path"/> itself.</summary>
    public bool AnyAt(string path) => _findings.Any(finding => finding.Path == path);

    /// <summary>Does nothing when nothing was found.</summary>
    /// <param name="source">What was read, such as the file's path.</param>
    /// <exception cref="InputException">Something was found; the message lists everything in the order of lines.</exception>
    public void ThrowIfAny(string source)
    {
        if (Count == 0) return;
        string problems = Count == 1 ? "1 problem" : $"{Count} problems";
        IEnumerable<string> lines = _findings.OrderBy(finding => finding.Order).Select(finding => $"\n  - {finding}");
        throw new InputException($"{source} has {problems}:{string.Concat(lines)}");
    }

    private sealed record Finding(SourceLocation? Location, string Path, string Message)
    {
        // Lines of the file, then the command line, then what has no place.
        public long Order => Location switch
        {
            null => long.MaxValue,
            { IsCommandLine: true } => long.MaxValue - 1,
            { Line: long line } => line,
        };

        public override string ToString()
        {
            string sentence = Path.Length == 0 ? Message : $"{Path} {Message}";
            return Location is null ? sentence : $"{Location}: {sentence}";
        }
    }
}
