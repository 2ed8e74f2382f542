using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Tilt.Configuration;

/// <summary>Makes the table of all keys for docs/configuration.md from the records themselves, so that the two cannot differ.</summary>
public static class ConfigurationDocument
{
    /// <summary>A Markdown table: key, type, default, meaning.</summary>
    public static string Table<T>() where T : class, new()
    {
        var text = new StringBuilder("| key | values | default | meaning |\n|---|---|---|---|\n");
        Append(text, ConfigurationType.Of(typeof(T)), new T(), "");
        return text.ToString();
    }

    private static void Append(StringBuilder text, ConfigurationType type, object defaults, string prefix)
    {
        foreach (ConfigurationKey key in type.Keys())
        {
            object? value = key.Get(defaults);
            string name = prefix + key.Name;
            if (key.Type.Kind == ValueKind.Record)
            {
                Append(text, key.Type, value ?? key.Type.Create(), name + ".");
                continue;
            }

            string shown = key.Type.Kind == ValueKind.Scalar ? Default(value) : "see the shipped file";
            text.Append(CultureInfo.InvariantCulture, $"| `{name}` | {Values(key)} | {shown} | {Escape(key.Description)} |\n");
        }
    }

    private static string Default(object? value) => value switch
    {
        null => "none",
        "" => "empty",
        Enum name => $"`{ConfigurationName.OfEnum(name)}`",
        bool flag => flag ? "`true`" : "`false`",
        IFormattable number => $"`{number.ToString(null, CultureInfo.InvariantCulture)}`",
        _ => $"`{value}`",
    };

    private static string Values(ConfigurationKey key)
    {
        if (key.Type.Kind != ValueKind.Scalar) return key.Type.Kind == ValueKind.List ? "list" : "keys";
        if (key.Type.Type.IsEnum)
            return string.Join("<br>", Enum.GetValues(key.Type.Type).Cast<object>().Select(v => $"`{ConfigurationName.OfEnum(v)}`{Meaning(v)}"));
        string kind = key.Type.Type == typeof(string) ? "text" : key.Type.Type == typeof(bool) ? "`true`, `false`" : key.Type.Type == typeof(int) || key.Type.Type == typeof(long) ? "whole number" : "number";
        return kind + (key.Range is { } range ? Bounds(range) : "") + (key.IsNullable ? ", or `null`" : "");
    }

    private static string Meaning(object value) =>
        value.GetType().GetField(value.ToString()!)?.GetCustomAttribute<DescriptionAttribute>() is { } description ? ": " + Escape(description.Description) : "";

    private static string Bounds(RangeAttribute range)
    {
        double low = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture), high = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        string lower = low <= int.MinValue ? "" : $" {(range.MinimumIsExclusive ? ">" : "≥")} {low.ToString(CultureInfo.InvariantCulture)}";
        string upper = high >= int.MaxValue ? "" : $" {(range.MaximumIsExclusive ? "<" : "≤")} {high.ToString(CultureInfo.InvariantCulture)}";
        return lower + (lower.Length > 0 && upper.Length > 0 ? "," : "") + upper;
    }

    private static string Escape(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
