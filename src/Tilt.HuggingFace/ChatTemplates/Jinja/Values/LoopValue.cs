namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>The variable <c>loop</c> inside a loop.</summary>
/// <param name="items">What the loop goes through.</param>
internal sealed class LoopValue(IReadOnlyList<object?> items)
{
    private object?[]? _seen;

    /// <summary>Where the loop is, from 0.</summary>
    public int Index { get; set; }

    public bool TryAttribute(string name, out object? value)
    {
        value = name switch
        {
            "index" => Boxed.Of(Index + 1L),
            "index0" => Boxed.Of(Index),
            "revindex" => Boxed.Of(items.Count - Index),
            "revindex0" => Boxed.Of(items.Count - Index - 1L),
            "first" => Boxed.Of(Index == 0),
            "last" => Boxed.Of(Index == items.Count - 1),
            "length" => Boxed.Of(items.Count),
            "previtem" => Index > 0 ? items[Index - 1] : new Undefined("there is no item before the first one of the loop"),
            "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new Undefined("there is no item after the last one of the loop"),
            "cycle" => new Function("loop.cycle",
                (_, call) => call.Positional.Length > 0
                    ? call.Positional[Index % call.Positional.Length]
                    : throw new JinjaException("loop.cycle needs values to go through")),
            "changed" => new Function("loop.changed", (bounds, call) => Boxed.Of(Changed(bounds, call.Positional))),
            "depth" or "depth0" => throw new JinjaException($"loop.{name} belongs to recursive loops, which are not supported"),
            _ => this,
        };
        return !ReferenceEquals(value, this);
    }

    private bool Changed(Bounds bounds, object?[] values)
    {
        bool same = _seen is not null && _seen.Length == values.Length
            && _seen.Zip(values).All(pair => Comparison.Equal(bounds, pair.First, pair.Second));
        if (!same) _seen = values;
        return !same;
    }
}
