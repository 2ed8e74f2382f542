namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>The variables of a scope while it is run.</summary>
/// <param name="slots">Their values.</param>
/// <param name="outer">The variables of the scope around it.</param>
internal sealed class Frame(object?[] slots, Frame? outer)
{
    public static readonly Frame None = new([], null);

    public object?[] Slots => slots;

    public Frame Outer(int hops)
    {
        Frame frame = this;
        for (; hops > 0; hops--) frame = frame.Next;
        return frame;
    }

    private Frame Next => outer!;
}
