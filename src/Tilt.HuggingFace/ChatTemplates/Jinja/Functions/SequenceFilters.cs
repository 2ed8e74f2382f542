using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>Filters of lists, mappings and other things to go through.</summary>
internal static class SequenceFilters
{
    public static readonly Filter[] All =
    [
        Filter.Of("length", [], (_, value, _) =>
            Sequences.Length(value) is { } length ? Boxed.Of(length) : throw new JinjaException($"{Describe.Of(value)} has no length")),
        Filter.Of("first", [], (bounds, value, _) => First(bounds, value)),
        Filter.Of("last", [], (bounds, value, _) =>
            Sequences.Items(bounds, Reversible(value)) is [.., var last] ? last : new Undefined("there is no last element")),
        Filter.Of("list", [], (bounds, value, _) => new ListValue(Sequences.Items(bounds, value))),
        Filter.Of("reverse", [], (bounds, value, _) => Reverse(bounds, value)),
        Filter.Of("join", ["d", "attribute"],
            (bounds, value, arguments) => Join(bounds, arguments.Has(1) ? Mapped(bounds, value, arguments.Get(1)) : value,
                Printing.Text(bounds, arguments.Get(0, "")), strict: false)),
        Filter.Of("items", [], (_, value, _) => value switch
        {
            Undefined => new IteratorValue([]),
            DictValue dict => new IteratorValue(new DictView(dict, "items").Items()),
            _ => throw new JinjaException($"the filter 'items' needs a mapping, not {Describe.Of(value)}"),
        }),
        Filter.Of("dictsort", ["case_sensitive", "by", "reverse"], DictSort),
        Filter.Of("sort", ["reverse", "case_sensitive", "attribute"], (bounds, value, arguments) =>
            new ListValue(Sort(bounds, Sequences.Items(bounds, value), Key(bounds, arguments, 2, 1), arguments.Truth(0)))),
        Filter.Of("unique", ["case_sensitive", "attribute"], Unique),
        Filter.Of("min", ["case_sensitive", "attribute"],
            (bounds, value, arguments) => Sort(bounds, Sequences.Items(bounds, value), Key(bounds, arguments, 1, 0), false)
                is [var least, ..] ? least : new Undefined("nothing has no least element")),
        Filter.Of("max", ["case_sensitive", "attribute"],
            (bounds, value, arguments) => Sort(bounds, Sequences.Items(bounds, value), Key(bounds, arguments, 1, 0), true)
                is [var greatest, ..] ? greatest : new Undefined("nothing has no greatest element")),
        Filter.Of("sum", ["attribute", "start"],
            (bounds, value, arguments) =>
                Sequences.Items(bounds, arguments.Get(0) is { } attribute ? Mapped(bounds, value, attribute) : value)
                    .Aggregate(arguments.Get(1, Boxed.Of(0L)), (sum, item) => Numbers.Compute('+', sum, item))),
    ];

    /// <summary>Elements as text with a text between them; the method of texts takes texts only.</summary>
    public static string Join(Bounds bounds, object? value, string separator, bool strict)
    {
        var text = new TextBuffer(bounds);
        IReadOnlyList<object?> items = Sequences.Items(bounds, value);
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0) text.Append(separator);
            if (strict && items[i] is not (string or SafeText))
                throw new JinjaException($"the method 'join' joins texts, not {Describe.Of(items[i])}");
            text.Append(Printing.Text(bounds, items[i]));
        }
        return text.ToString();
    }

    private static object? First(Bounds bounds, object? value)
    {
        var none = new Undefined("there is no first element");
        if (value is IteratorValue iterator) return iterator.TryNext(out object? next) ? next : none;
        return Sequences.Items(bounds, value) is [var first, ..] ? first : none;
    }

    private static object? Reversible(object? value) =>
        value is IteratorValue ? throw new JinjaException("an iterator cannot be gone through from its end") : value;

    private static object? Reverse(Bounds bounds, object? value) => value is string or SafeText
        ? bounds.Made(string.Concat(Sequences.Items(bounds, value).Reverse()))
        : new IteratorValue([.. Sequences.Items(bounds, value).Reverse()]);

    private static IteratorValue Mapped(Bounds bounds, object? value, object? attribute) =>
        new([.. Sequences.Items(bounds, value).Select(item => AttributePath.Get(bounds, item, attribute))]);

    private static ListValue DictSort(Bounds bounds, object? value, Parameters.Arguments arguments)
    {
        if (value is not DictValue dict)
            throw (value as Undefined)?.Failure() ?? new JinjaException($"the filter 'dictsort' needs a mapping, not {Describe.Of(value)}");
        string by = arguments.OptionalText(1) ?? "key";
        if (by is not ("key" or "value")) throw new JinjaException($"the filter 'dictsort' sorts by key or value, not by '{by}'");
        bool sensitive = arguments.Truth(0);
        return new(Sort(bounds, new DictView(dict, "items").Items(),
            pair => Folded(((ListValue)pair!).Items[by == "key" ? 0 : 1], sensitive), arguments.Truth(2)));
    }

    private static IteratorValue Unique(Bounds bounds, object? value, Parameters.Arguments arguments)
    {
        Func<object?, object?> key = Key(bounds, arguments, 1, 0);
        var seen = new DictValue();
        var items = new List<object?>();
        foreach (object? item in Sequences.Items(bounds, value))
        {
            if (seen.TryGet(key(item), out _)) continue;
            seen.Set(key(item), true);
            items.Add(item);
        }
        return new(items);
    }

    private static Func<object?, object?> Key(Bounds bounds, Parameters.Arguments arguments, int attribute, int caseSensitive)
    {
        bool sensitive = arguments.Truth(caseSensitive);
        object? path = arguments.Get(attribute);
        return item => Folded(path is null ? item : AttributePath.Get(bounds, item, path), sensitive);
    }

    private static object? Folded(object? value, bool sensitive) =>
        value is string text && !sensitive ? text.ToLowerInvariant() : value is SafeText safe ? Folded(safe.Text, sensitive) : value;

    // Equal elements keep their order, also where the order is reversed.
    private static object?[] Sort(Bounds bounds, IReadOnlyList<object?> items, Func<object?, object?> key, bool reverse)
    {
        Comparer<object?> comparer =
            Comparer<object?>.Create((a, b) => reverse ? Comparison.Order(bounds, b, a) : Comparison.Order(bounds, a, b));
        return [.. items.OrderBy(key, comparer)];
    }
}
