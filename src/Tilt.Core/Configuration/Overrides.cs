namespace Tilt.Configuration;

/// <summary>Settings on the command line, <c>key.key=value</c>, laid over those of the file.</summary>
internal static class Overrides
{
    /// <summary>Puts each override into the mapping; of two to the same key the later one counts.</summary>
    public static void Apply(IReadOnlyList<string> overrides, SourceMapping root, FindingList findings)
    {
        foreach (string setting in overrides)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            string[] keys = equals < 0 ? [] : [.. setting[..equals].Split('.').Select(key => key.Trim())];
            if (keys.Length == 0 || keys.Contains(""))
            {
                findings.Add(SourceLocation.CommandLine, "",
                    $"'{setting}' is not an override; write key=value, such as optimizer.learning_rate=1e-4.");
                continue;
            }
            if (SourceReader.ReadOverride(string.Join('.', keys), setting[(equals + 1)..], findings) is SourceNode value)
                Put(root, keys, value);
        }
    }

    private static void Put(SourceMapping mapping, string[] keys, SourceNode value)
    {
        foreach (string key in keys[..^1])
        {
            if (!mapping.Entries.TryGetValue(key, out SourceEntry entry) || entry.Value is not SourceMapping inner)
            {
                inner = new(SourceLocation.CommandLine);
                mapping.Entries[key] = new(SourceLocation.CommandLine, inner);
            }
            mapping = inner;
        }
        mapping.Entries[keys[^1]] = new(SourceLocation.CommandLine, value);
    }
}
