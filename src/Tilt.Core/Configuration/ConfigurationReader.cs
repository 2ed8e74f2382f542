using System.Text;

namespace Tilt.Configuration;

/// <summary>
/// Reads a configuration record from a YAML file and overrides. Keys are the properties' names in snake_case, enum values their
/// names in kebab-case. Whatever is wrong is told at once: unknown and duplicate keys, wrong types, values out of range, impossible
/// combinations, missing keys and missing files.
/// </summary>
/// <remarks>
/// The record has a parameterless constructor and init properties of type string, bool, int, long, float, double, enum, record,
/// <see cref="IReadOnlyList{T}"/> or <see cref="IReadOnlyDictionary{TKey, TValue}"/> with string keys, nullable or not. Attributes
/// that count: Description, Required (or the keyword), Range, <see cref="AtLeastAttribute"/>, <see cref="GreaterThanAttribute"/>,
/// <see cref="ExistingPathAttribute"/>; rules over several keys come from <see cref="IValidatable"/>.
/// </remarks>
public static class ConfigurationReader
{
    /// <summary>Reads a file and lays overrides over it.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="path">The YAML file, UTF-8; null takes the defaults.</param>
    /// <param name="overrides">Settings of the form <c>key.key=value</c>; the value is YAML.</param>
    /// <exception cref="InputException">The file cannot be read, or something in it or in the overrides is wrong.</exception>
    public static T Read<T>(string? path, IReadOnlyList<string> overrides) where T : class, new() =>
        path is null
            ? ReadText<T>("", "The configuration", overrides)
            : ReadText<T>(FileText(path), path, overrides, Path.GetDirectoryName(Path.GetFullPath(path)));

    /// <summary>Reads text and lays overrides over it.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="yaml">The text; may be empty.</param>
    /// <param name="source">What the text is, for messages.</param>
    /// <param name="overrides">Settings of the form <c>key.key=value</c>; the value is YAML.</param>
    /// <param name="folder">Folder that relative paths in the text are looked for in first; null for none.</param>
    /// <exception cref="InputException">Something in the text or in the overrides is wrong.</exception>
    public static T ReadText<T>(string yaml, string source, IReadOnlyList<string> overrides, string? folder = null)
        where T : class, new() =>
        ReadText<T>(yaml, source, overrides, new PathSearch(folder, Environment.CurrentDirectory, AppContext.BaseDirectory));

    /// <summary>Reads a configuration that was saved beside results: files and folders that it names need not be there any more.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="path">The YAML file, UTF-8.</param>
    /// <exception cref="InputException">The file cannot be read, or something in it is wrong.</exception>
    public static T ReadSaved<T>(string path) where T : class, new() => ReadText<T>(FileText(path), path, [], paths: null);

    private static T ReadText<T>(string yaml, string source, IReadOnlyList<string> overrides, PathSearch? paths) where T : class, new()
    {
        FindingList findings = new();
        SourceMapping root = Root(SourceReader.ReadFile(yaml, findings), findings);
        // Without the file every required key would seem to be missing.
        if (findings.Count > 0 && root.Entries.Count == 0) findings.ThrowIfAny(source);
        Overrides.Apply(overrides, root, findings);
        ConfigurationType type = ConfigurationType.Of(typeof(T));
        ConfigurationBinder binder = new(findings, paths, type);
        T configuration = (T)binder.BindRecord(root, type, new T(), "");
        ConfigurationValidator.Check(configuration, findings, binder.Locations);
        findings.ThrowIfAny(source);
        return configuration;
    }

    private static SourceMapping Root(SourceNode? node, FindingList findings)
    {
        if (node is SourceMapping mapping) return mapping;
        if (node is not null and not SourceScalar { IsNull: true })
            findings.Add(node.Location, "", $"a configuration is made of lines 'key: value', but this is {node.Description}.");
        return new SourceMapping(new(1));
    }

    private static string FileText(string path)
    {
        if (Directory.Exists(path)) throw new InputException($"The configuration file '{path}' is a folder; give the path of a YAML file.");
        if (!File.Exists(path))
            throw new InputException($"The configuration file '{path}' does not exist (working directory {Environment.CurrentDirectory}).");
        try
        {
            return File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        }
        catch (DecoderFallbackException exception)
        {
            throw new InputException($"The configuration file '{path}' is not UTF-8 text; save it in that encoding.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The configuration file '{path}' cannot be read: {exception.Message}", exception);
        }
    }
}
