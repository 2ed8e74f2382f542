using Tilt.HuggingFace.ChatTemplates.Jinja.Functions;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>What a variable is when its scope begins.</summary>
internal enum Start
{
    /// <summary>Set by whoever runs the scope.</summary>
    Given,

    /// <summary>What the template is given, or a function of the language, or undefined.</summary>
    Context,

    /// <summary>The value of the variable in a scope around this one.</summary>
    Outer,

    /// <summary>Nothing.</summary>
    Undefined,
}

/// <summary>A variable of a scope.</summary>
/// <param name="Start">What it is at the beginning.</param>
/// <param name="Name">Its name.</param>
internal sealed record Slot(Start Start, string Name)
{
    /// <summary>For <see cref="Start.Outer"/>: how many scopes further out it is.</summary>
    public int Hops { get; init; }

    /// <summary>For <see cref="Start.Outer"/>: its place there.</summary>
    public int Place { get; init; }

    /// <summary>Its value while it has none.</summary>
    public Undefined Missing { get; } = Undefined.Name(Name);
}

/// <summary>The variables of a scope with what they begin as.</summary>
/// <param name="slots">The variables.</param>
internal sealed class FrameLayout(Slot[] slots)
{
    public Frame Create(Frame? outer) => new(slots.Length == 0 ? [] : new object?[slots.Length], outer);

    /// <summary>Gives all variables but those that are given their first values.</summary>
    /// <param name="frame">The frame of the scope.</param>
    /// <param name="outer">The frame around it.</param>
    /// <param name="rendering">The rendering.</param>
    public void Begin(Frame frame, Frame? outer, Rendering rendering)
    {
        for (int i = 0; i < slots.Length; i++)
        {
            Slot slot = slots[i];
            if (slot.Start == Start.Given) continue;
            frame.Slots[i] = slot.Start switch
            {
                Start.Outer => outer!.Outer(slot.Hops).Slots[slot.Place],
                Start.Context => rendering.Variables.TryGet(slot.Name, out object? value)
                    || Globals.TryGet(slot.Name, rendering.Now, out value) ? value : slot.Missing,
                _ => slot.Missing,
            };
        }
    }
}
