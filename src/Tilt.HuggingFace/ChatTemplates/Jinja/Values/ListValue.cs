namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>A list or a tuple; neither ever changes, because the sandbox of chat templates forbids it.</summary>
/// <param name="items">The elements.</param>
/// <param name="isTuple">Prints as, and equals only, a tuple.</param>
internal sealed class ListValue(IReadOnlyList<object?> items, bool isTuple = false)
{
    public static readonly ListValue Empty = new([]);

    public IReadOnlyList<object?> Items => items;

    public bool IsTuple => isTuple;

    public static ListValue Pair(object? first, object? second) => new([first, second], isTuple: true);
}
