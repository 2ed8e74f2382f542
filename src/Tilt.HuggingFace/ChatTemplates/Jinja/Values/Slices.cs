namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>Slices as in Python.</summary>
internal static class Slices
{
    public static object Of(Bounds bounds, object? owner, object? start, object? stop, object? step)
    {
        switch (owner)
        {
            case Undefined undefined: throw undefined.Failure();
            case SafeText safe: return Of(bounds, safe.Text, start, stop, step);
            case string text:
                if (Number(step) is null or 1 && !Characters.HasSurrogates(text))
                {
                    (long from, long count, _) = Resolve(text.Length, start, stop, step);
                    return bounds.Made(text.Substring((int)from, (int)count));
                }
                bounds.Charge(text.Length);
                return bounds.Made(string.Concat(Pick(Characters.Of(text), start, stop, step)));
            case ListValue list:
                object?[] items = Pick(list.Items, start, stop, step);
                bounds.Charge(items.Length);
                return new ListValue(items, list.IsTuple);
            case RangeValue range:
                (long first, long number, long by) = Resolve(range.Count, start, stop, step);
                return new RangeValue(range.Start + (first * range.Step), range.Start + ((first + (number * by)) * range.Step),
                    range.Step * by);
            default: throw new JinjaException($"{Describe.Of(owner)} has no slices");
        }
    }

    private static T[] Pick<T>(IReadOnlyList<T> items, object? start, object? stop, object? step)
    {
        (long from, long count, long by) = Resolve(items.Count, start, stop, step);
        var picked = new T[count];
        for (int i = 0; i < picked.Length; i++) picked[i] = items[(int)(from + (i * by))];
        return picked;
    }

    private static (long From, long Count, long Step) Resolve(long length, object? start, object? stop, object? step)
    {
        long by = Math.Clamp(Number(step) ?? 1, -int.MaxValue, int.MaxValue);
        if (by == 0) throw new JinjaException("a slice has the step 0");
        (long lowest, long highest) = by > 0 ? (0, length) : (-1, length - 1);
        long from = Number(start) is { } first ? Bounded(first) : by > 0 ? lowest : highest,
            to = Number(stop) is { } last ? Bounded(last) : by > 0 ? highest : lowest;
        long count = by > 0 ? (to - from + by - 1) / by : (from - to - by - 1) / -by;
        return count > 0 ? (from, count, by) : (0, 0, by);

        long Bounded(long place) => Math.Clamp(place < 0 ? Math.Max(place, -length - 1) + length : place, lowest, highest);
    }

    private static long? Number(object? value) => value switch
    {
        null => null,
        Undefined undefined => throw undefined.Failure(),
        _ => Numbers.TryInteger(value, out long number)
            ? number
            : throw new JinjaException($"a slice is bounded by {Describe.Of(value)} where a whole number is needed"),
    };
}
