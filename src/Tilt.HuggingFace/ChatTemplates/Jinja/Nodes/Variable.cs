namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>A name.</summary>
internal sealed class Variable(string name, int line) : Expression(line)
{
    private int _hops, _place;

    public string Name => name;

    /// <summary>Where the value is.</summary>
    public void Locate(int hops, int place) => (_hops, _place) = (hops, place);

    public override void Bind(Scope scope) => scope.Read(this);

    public override object? Evaluate(Rendering rendering)
    {
        rendering.Charge(1);
        return rendering.Frame.Outer(_hops).Slots[_place];
    }
}
