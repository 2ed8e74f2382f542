using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>Elements and attributes of values, in the order in which Jinja looks for them.</summary>
internal static class Elements
{
    /// <summary>The attribute with this name, else the element with this key, else undefined.</summary>
    public static object? Attribute(object? owner, string name) =>
        TryAttribute(owner, name, out object? value) || (owner is DictValue dict && dict.TryGet(name, out value))
            ? value
            : Undefined.Key(owner, name);

    /// <summary>The element with this key, else the attribute with this name, else undefined.</summary>
    public static object? Item(Bounds bounds, object? owner, object? key)
    {
        if (key is SafeText safe) key = safe.Text;
        switch (owner)
        {
            case Undefined undefined: throw undefined.Failure();
            case DictValue dict when dict.TryGet(key, out object? value): return value;
            case ListValue list when Numbers.TryInteger(key, out long at) && InRange(ref at, list.Items.Count): return list.Items[(int)at];
            case RangeValue range when Numbers.TryInteger(key, out long at) && InRange(ref at, range.Count):
                return Boxed.Of(range.Start + (at * range.Step));
            case SafeText text: return Item(bounds, text.Text, key);
            case string text when Numbers.TryInteger(key, out long at):
                bounds.Charge(text.Length / Bounds.CharactersPerStep);
                return InRange(ref at, Characters.Count(text))
                    ? text[Characters.OffsetOf(text, at)..Characters.OffsetOf(text, at + 1)]
                    : Undefined.Key(owner, key);
        }
        return key is string name && TryAttribute(owner, name, out object? attribute) ? attribute : Undefined.Key(owner, key);
    }

    private static bool TryAttribute(object? owner, string name, out object? value)
    {
        if (owner is NamespaceValue space) return space.Attributes.TryGet(name, out value);
        value = owner switch
        {
            Undefined undefined => throw undefined.Failure(),
            _ when name.StartsWith("__", StringComparison.Ordinal) => new Undefined($"the attribute '{name}' is not for templates"),
            DictValue dict => DictMethods.Find(dict, name),
            string text => TextMethods.Find(text, name),
            SafeText safe => TextMethods.Find(safe.Text, name),
            ListValue list => ListMethods.Find(list, name),
            _ => null,
        };
        return owner is LoopValue loop ? loop.TryAttribute(name, out value) : value is not null;
    }

    private static bool InRange(ref long at, int count)
    {
        if (at < 0) at += count;
        return at >= 0 && at < count;
    }
}
