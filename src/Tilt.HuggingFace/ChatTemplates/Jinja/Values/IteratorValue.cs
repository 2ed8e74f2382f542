namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>What <c>map</c>, <c>select</c> and the like give: can be gone through once, has no length, and is true even if empty.</summary>
/// <param name="items">What it goes through.</param>
internal sealed class IteratorValue(IReadOnlyList<object?> items)
{
    private int _next;

    /// <summary>What is left; afterwards nothing is.</summary>
    public IReadOnlyList<object?> Take()
    {
        IReadOnlyList<object?> left = _next == 0 ? items : [.. items.Skip(_next)];
        _next = items.Count;
        return left;
    }

    /// <summary>The first of what is left; false at the end.</summary>
    public bool TryNext(out object? item)
    {
        bool found = _next < items.Count;
        item = found ? items[_next++] : null;
        return found;
    }
}
