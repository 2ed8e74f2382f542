namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>The numbers of <c>range</c>.</summary>
internal sealed class RangeValue
{
    // The bound of Jinja's sandbox.
    private const int Longest = 100_000;

    public RangeValue(long start, long stop, long step)
    {
        if (step == 0) throw new JinjaException("a range has the step 0");
        Int128 span = (Int128)stop - start, count = step > 0 ? (span + step - 1) / step : (span + step + 1) / step;
        if (count > Longest) throw new JinjaException($"a range has more than {Longest} numbers");
        (Start, Stop, Step, Count) = (start, stop, step, (int)Int128.Max(0, count));
    }

    public long Start { get; }

    public long Stop { get; }

    public long Step { get; }

    public int Count { get; }

    public object?[] Items()
    {
        object?[] items = new object?[Count];
        for (int i = 0; i < items.Length; i++) items[i] = Boxed.Of(Start + (i * Step));
        return items;
    }
}
