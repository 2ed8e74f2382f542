namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>Equality, order and containment as in Python.</summary>
internal static class Comparison
{
    private const int Deepest = 200;

    public static bool Equal(Bounds bounds, object? a, object? b, int depth = 0)
    {
        if (ReferenceEquals(a, b)) return true;
        bounds.Charge(1);
        if (depth > Deepest) throw new JinjaException($"values that are compared are nested more than {Deepest} deep");
        return (a, b) switch
        {
            (string x, string y) => x == y,
            (null, _) or (_, null) => false,
            (ListValue x, ListValue y) =>
                x.IsTuple == y.IsTuple && x.Items.Count == y.Items.Count
                    && Enumerable.Range(0, x.Items.Count).All(i => Equal(bounds, x.Items[i], y.Items[i], depth + 1)),
            (DictValue x, DictValue y) =>
                x.Count == y.Count
                    && x.Entries.All(entry => y.TryGet(entry.Key, out object? other) && Equal(bounds, entry.Value, other, depth + 1)),
            (RangeValue x, RangeValue y) =>
                x.Count == y.Count && (x.Count == 0 || (x.Start == y.Start && (x.Count == 1 || x.Step == y.Step))),
            (SafeText x, _) => Equal(bounds, x.Text, b, depth + 1),
            (_, SafeText y) => Equal(bounds, a, y.Text, depth + 1),
            (Undefined, Undefined) => true,
            _ => Numbers.IsNumber(a) && Numbers.IsNumber(b) && Numbers.Compare(a, b) == 0,
        };
    }

    /// <summary>Less than zero where the first comes first.</summary>
    public static int Order(Bounds bounds, object? a, object? b, int depth = 0)
    {
        bounds.Charge(1);
        if (depth > Deepest) throw new JinjaException($"values that are compared are nested more than {Deepest} deep");
        switch (a, b)
        {
            case (string x, string y): return OrderTexts(x, y);
            case (SafeText x, _): return Order(bounds, x.Text, b, depth);
            case (_, SafeText y): return Order(bounds, a, y.Text, depth);
            case (Undefined x, _): throw x.Failure();
            case (_, Undefined y): throw y.Failure();
            case (ListValue x, ListValue y) when x.IsTuple == y.IsTuple:
                for (int i = 0; i < Math.Min(x.Items.Count, y.Items.Count); i++)
                    if (!Equal(bounds, x.Items[i], y.Items[i], depth + 1)) return Order(bounds, x.Items[i], y.Items[i], depth + 1);
                return x.Items.Count.CompareTo(y.Items.Count);
            default:
                return Numbers.IsNumber(a) && Numbers.IsNumber(b)
                    ? Numbers.Compare(a, b)
                    : throw new JinjaException($"{Describe.Of(a)} and {Describe.Of(b)} have no order");
        }
    }

    public static bool Contains(Bounds bounds, object? container, object? item)
    {
        switch (container)
        {
            case string text:
                bounds.Charge(text.Length / Bounds.CharactersPerStep);
                return item switch
                {
                    string part => text.Contains(part, StringComparison.Ordinal),
                    SafeText part => text.Contains(part.Text, StringComparison.Ordinal),
                    Undefined undefined => throw undefined.Failure(),
                    _ => throw new JinjaException($"'in' asks whether {Describe.Of(item)} is part of a text"),
                };
            case SafeText safe: return Contains(bounds, safe.Text, item);
            case DictValue dict:
                if (item is ListValue { IsTuple: false } or DictValue)
                    throw new JinjaException($"{Describe.Of(item)} cannot be the key of a mapping");
                return dict.TryGet(item is SafeText key ? key.Text : item, out _);
            case DictView { Kind: "keys" } view: return view.Owner.TryGet(item, out _);
            default: return Sequences.Items(bounds, container).Any(element => Equal(bounds, element, item));
        }
    }

    // By characters, where UTF-16 units would put those beyond U+FFFF before U+E000.
    private static int OrderTexts(string a, string b)
    {
        int at = a.AsSpan().CommonPrefixLength(b);
        if (at == a.Length || at == b.Length) return a.Length.CompareTo(b.Length);
        bool first = char.IsSurrogate(a[at]), second = char.IsSurrogate(b[at]);
        return first == second ? a[at].CompareTo(b[at]) : first ? 1 : -1;
    }
}
