namespace Tilt.Configuration;

/// <summary>Fills records from source nodes, collecting everything that does not fit.</summary>
/// <param name="findings">Receives what is wrong.</param>
/// <param name="paths">Finds the files and folders that must exist; null leaves them as they are written.</param>
/// <param name="root">The type of the whole configuration.</param>
internal sealed class ConfigurationBinder(FindingList findings, PathSearch? paths, ConfigurationType root)
{
    /// <summary>Where each key that was given stands, by path.</summary>
    public Dictionary<string, SourceLocation> Locations { get; } = new(StringComparer.Ordinal);

    /// <summary>A record filled from a group of keys, on top of the given defaults.</summary>
    public object BindRecord(SourceMapping mapping, ConfigurationType type, object defaults, string path)
    {
        object record = type.Create();
        IReadOnlyList<ConfigurationKey> keys = type.Keys();
        foreach (ConfigurationKey key in keys)
        {
            string child = ConfigurationPath.Join(path, key.Name);
            key.Set(record, BindKey(key, mapping, key.Get(defaults), child));
        }
        foreach ((string name, SourceEntry entry) in mapping.Entries)
        {
            if (!keys.Any(key => key.Name == name)) AddUnknown(name, entry, keys, path);
        }
        return record;
    }

    private object? BindKey(ConfigurationKey key, SourceMapping mapping, object? value, string path)
    {
        SourceLocation? location = null;
        SourceNode? node = null;
        if (mapping.Entries.TryGetValue(key.Name, out SourceEntry entry))
        {
            node = entry.Value;
            Locations[path] = entry.KeyLocation;
            location = entry.KeyLocation;
        }
        else if (key.IsRequired)
        {
            findings.Add(null, path, $"is missing and must be given. {key.Description}".TrimEnd());
            return value;
        }
        // Groups without a single key given are bound too: their own defaults may break a rule (a missing key, an absent path).
        if (node is null && key.Type.Kind == ValueKind.Record && value is not null) node = new SourceMapping(SourceLocation.CommandLine);
        int before = findings.Count;
        if (node is not null) value = Bind(node, key.Type, key, value, path);
        if (paths is null) return value;
        if (findings.Count == before && key.Attribute<ExistingPathAttribute>() is { } existing && value is string written)
            value = existing.OrName && paths.IsName(written) ? written : paths.Find(written, location, path, findings);
        return value;
    }

    private object? Bind(SourceNode node, ConfigurationType type, ConfigurationKey key, object? fallback, string path)
    {
        bool isElement = type != key.Type;
        if (node is SourceScalar { IsNull: true } && key.IsNullable && !isElement) return null;
        switch (type.Kind, node)
        {
            case (ValueKind.Scalar, SourceScalar { IsNull: false } scalar)
                when ConfigurationScalar.Parse(scalar, type.Type) is object value:
                return value;
            case (ValueKind.Record, SourceMapping mapping):
                return BindRecord(mapping, type, fallback ?? type.Create(), path);
            case (ValueKind.Record, SourceScalar { IsNull: true }):
                return BindRecord(new SourceMapping(node.Location), type, fallback ?? type.Create(), path);
            case (ValueKind.List, SourceList list):
                return BindList(list, type, key, path);
            case (ValueKind.Dictionary, SourceMapping mapping):
                return BindDictionary(mapping, type, key, path);
            default:
                SourceLocation location = isElement ? node.Location : Locations[path];
                findings.Add(location, path, $"must be {Expected(type, key, isElement)}, but is {node.Description}.");
                return fallback;
        }
    }

    private Array BindList(SourceList list, ConfigurationType type, ConfigurationKey key, string path)
    {
        Array items = Array.CreateInstance(type.Type.GenericTypeArguments[0], list.Items.Count);
        for (int i = 0; i < items.Length; i++)
        {
            string child = $"{path}[{i}]";
            Locations[child] = list.Items[i].Location;
            if (Bind(list.Items[i], type.Element!, key, null, child) is object item) items.SetValue(item, i);
        }
        return items;
    }

    private object BindDictionary(SourceMapping mapping, ConfigurationType type, ConfigurationKey key, string path)
    {
        Type dictionary = typeof(OrderedDictionary<,>).MakeGenericType(type.Type.GenericTypeArguments);
        System.Collections.IDictionary values = (System.Collections.IDictionary)Activator.CreateInstance(dictionary)!;
        foreach ((string name, SourceEntry entry) in mapping.Entries)
        {
            string child = ConfigurationPath.Join(path, name);
            Locations[child] = entry.KeyLocation;
            if (Bind(entry.Value, type.Element!, key, null, child) is object value) values.Add(name, value);
        }
        return values;
    }

    private static string Expected(ConfigurationType type, ConfigurationKey key, bool isElement) => type.Kind switch
    {
        ValueKind.Record => $"a group of keys ({string.Join(", ", type.Keys().Select(inner => inner.Name))})",
        ValueKind.List => "a list",
        ValueKind.Dictionary => "a group of keys",
        _ => ConfigurationScalar.Allowed(type.Type, key.Range) + (key.IsNullable && !isElement ? " or null" : ""),
    };

    private void AddUnknown(string name, SourceEntry entry, IReadOnlyList<ConfigurationKey> keys, string path)
    {
        string? nearest = NearestName.Among(keys.Select(key => key.Name), name);
        string? meant = nearest is null ? PathsEndingIn(root, name, "").FirstOrDefault() : ConfigurationPath.Join(path, nearest);
        string question = meant is null ? "" : $" Did you mean {meant}?";
        string group = path.Length == 0 ? "the top level" : path;
        findings.Add(entry.KeyLocation, ConfigurationPath.Join(path, name),
            $"is not a known key.{question} The keys of {group} are {string.Join(", ", keys.Select(key => key.Name))}.");
    }

    private static IEnumerable<string> PathsEndingIn(ConfigurationType type, string name, string path)
    {
        foreach (ConfigurationKey key in type.Keys())
        {
            string child = ConfigurationPath.Join(path, key.Name);
            if (key.Name == name) yield return child;
            if (key.Type.Kind != ValueKind.Record) continue;
            foreach (string inner in PathsEndingIn(key.Type, name, child)) yield return inner;
        }
    }
}
