using System.Globalization;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>
/// Attributes of elements by dotted names, as <c>map</c> and <c>selectattr</c> take them: <c>function.name</c>, <c>content.0.text</c>.
/// </summary>
internal static class AttributePath
{
    public static object? Get(Bounds bounds, object? item, object? path, object? standard = null)
    {
        foreach (object? part in Parts(path))
        {
            item = Elements.Item(bounds, item, part);
            if (item is Undefined && standard is not null) item = standard;
        }
        return item;
    }

    private static object?[] Parts(object? path) => path switch
    {
        string text =>
            [.. text.Split('.').Select(part =>
                long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? Boxed.Of(number) : (object)part)],
        long => [path],
        _ => throw new JinjaException($"an attribute is named by {Describe.Of(path)} where a text is needed"),
    };
}
