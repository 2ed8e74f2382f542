using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Tilt.Configuration;

/// <summary>Makes the reference documentation of a configuration record, in Markdown, from the record itself.</summary>
public static class ConfigurationDocument
{
    /// <summary>A table of the top-level keys and one for each group: key, type, default, what is allowed, meaning.</summary>
    /// <typeparam name="T">The record.</typeparam>
    public static string Markdown<T>() where T : class, new()
    {
        StringBuilder markdown = new();
        AppendGroup(markdown, new T(), ConfigurationType.Of(typeof(T)), "", "");
        return markdown.ToString();
    }

    private static void AppendGroup(StringBuilder markdown, object? defaults, ConfigurationType type, string path, string description)
    {
        IReadOnlyList<ConfigurationKey> keys = type.Keys();
        if (path.Length > 0) markdown.Append(CultureInfo.InvariantCulture, $"\n### `{path}`\n\n");
        if (description.Length > 0) markdown.Append(CultureInfo.InvariantCulture, $"{description}\n\n");
        ConfigurationKey[] values = [.. keys.Where(key => key.Type.Kind != ValueKind.Record)];
        if (values.Length > 0) markdown.Append("| Key | Type | Default | Allowed | Meaning |\n|---|---|---|---|---|\n");
        foreach (ConfigurationKey key in values) AppendRow(markdown, key, defaults, ConfigurationPath.Join(path, key.Name));
        foreach (ConfigurationKey key in values.Where(key => IsLong(Default(key, defaults))))
            markdown.Append(CultureInfo.InvariantCulture,
                $"\nDefault of `{ConfigurationPath.Join(path, key.Name)}`:\n\n```yaml\n{key.Name}:\n  {Default(key, defaults)}\n```\n");
        foreach (ConfigurationKey key in values.Where(key => key.Type.Type.IsEnum))
            AppendEnum(markdown, key, ConfigurationPath.Join(path, key.Name));
        foreach (ConfigurationKey key in keys.Where(key => key.Type.Kind == ValueKind.Record))
        {
            object? inner = (defaults is null ? null : key.Get(defaults)) ?? key.Type.Create();
            AppendGroup(markdown, inner, key.Type, ConfigurationPath.Join(path, key.Name), key.Description);
        }
    }

    private static void AppendRow(StringBuilder markdown, ConfigurationKey key, object? defaults, string path)
    {
        string value = Default(key, defaults);
        string text = key.IsRequired ? "*required*" : IsLong(value) ? "see below" : $"`{value}`";
        markdown.Append(CultureInfo.InvariantCulture,
            $"| `{path}` | {TypeName(key.Type)} | {text} | {Allowed(key)} | {Cell(key.Description)} |\n");
    }

    private static string Default(ConfigurationKey key, object? defaults) =>
        defaults is null ? "" : ConfigurationWriter.Leaves(defaults).Single(leaf => leaf.Path == key.Name).Text;

    private static bool IsLong(string value) => value.Contains('\n', StringComparison.Ordinal);

    private static void AppendEnum(StringBuilder markdown, ConfigurationKey key, string path)
    {
        (object Value, string? Meaning)[] values = [.. Enum.GetValues(key.Type.Type).Cast<object>().Select(value =>
            (value, key.Type.Type.GetField(value.ToString()!)!.GetCustomAttribute<DescriptionAttribute>()?.Description))];
        if (values.All(value => value.Meaning is null)) return;
        markdown.Append(CultureInfo.InvariantCulture, $"\nValues of `{path}`:\n\n");
        foreach ((object value, string? meaning) in values)
            markdown.Append(CultureInfo.InvariantCulture, $"- `{ConfigurationName.OfEnum(value)}`: {meaning}\n");
    }

    private static string TypeName(ConfigurationType type) => type.Kind switch
    {
        ValueKind.Record => "group",
        ValueKind.List => $"list of {TypeName(type.Element!)}s",
        ValueKind.Dictionary => $"free keys, each with a {TypeName(type.Element!)}",
        _ when type.Type.IsEnum => "choice",
        _ when type.Type == typeof(string) => "string",
        _ when type.Type == typeof(bool) => "truth value",
        _ when type.Type == typeof(int) || type.Type == typeof(long) => "whole number",
        _ => "number",
    };

    private static string Allowed(ConfigurationKey key)
    {
        ConfigurationType type = key.Type.Element ?? key.Type;
        string allowed = type.Kind == ValueKind.Record ? $"keys {string.Join(", ", type.Keys().Select(inner => inner.Name))}"
            : type.Kind != ValueKind.Scalar ? ""
            : key.Attribute<ExistingPathAttribute>() is { } existing ? existing.OrName ? "an existing path, or a name" : "an existing path"
            : ConfigurationScalar.Allowed(type.Type, key.Range);
        return Cell(key.IsNullable ? $"{allowed} or null" : allowed);
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
