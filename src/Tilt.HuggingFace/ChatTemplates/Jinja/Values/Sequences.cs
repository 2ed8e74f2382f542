namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>Goes through values, and counts them.</summary>
internal static class Sequences
{
    /// <summary>What a loop over the value goes through: elements, keys of a mapping, characters of a text.</summary>
    public static IReadOnlyList<object?> Items(Bounds bounds, object? value)
    {
        // A character becomes an object of its own.
        if (value is string or SafeText) bounds.Charge(4L * Length(value)!.Value);
        IReadOnlyList<object?> items = value switch
        {
            ListValue list => list.Items,
            Undefined => [],
            DictValue dict => [.. dict.Entries.Select(entry => entry.Key)],
            DictView view => view.Items(),
            RangeValue range => range.Items(),
            IteratorValue iterator => iterator.Take(),
            string text => Characters.Of(text),
            SafeText safe => Characters.Of(safe.Text),
            _ => throw new JinjaException($"{Describe.Of(value)} cannot be gone through"),
        };
        bounds.Charge(items.Count);
        return items;
    }

    /// <summary>The number of elements or characters, or null where the value has none.</summary>
    public static long? Length(object? value) => value switch
    {
        string text => Characters.Count(text),
        SafeText safe => Characters.Count(safe.Text),
        ListValue list => list.Items.Count,
        DictValue dict => dict.Count,
        DictView view => view.Count,
        RangeValue range => range.Count,
        Undefined => 0,
        _ => null,
    };
}
