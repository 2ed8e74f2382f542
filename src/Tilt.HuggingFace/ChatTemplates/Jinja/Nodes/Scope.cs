namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>
/// The names of a scope (the template, the body of a loop, macro, block assignment or generation), given places before anything
/// runs. A name that a scope sets is the scope's own; at its beginning it has the value from outside. Where it is set in every case
/// before it is read, that value is no one's business, and it begins undefined: this is how Jinja compiles names, and templates can tell.
/// </summary>
/// <param name="outer">The scope around it.</param>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, int> _places = [];
    private readonly List<Slot> _slots = [];
    private readonly List<Variable> _reads = [];
    private readonly Queue<Action> _inner = [];
    private int _conditions;

    /// <summary>A variable that is set from outside before the scope runs.</summary>
    public int Parameter(string name) => _places.TryGetValue(name, out int place) ? place : Add(name, new(Start.Given, name));

    /// <summary>A variable is read here.</summary>
    public void Read(Variable variable)
    {
        _reads.Add(variable);
        if (Find(variable.Name) is null) Add(variable.Name, new(Start.Context, variable.Name));
    }

    /// <summary>A variable is set here.</summary>
    public int Set(string name)
    {
        if (_places.TryGetValue(name, out int place)) return place;
        if (outer?.Find(name) is { } found) return Add(name, new(Start.Outer, name) { Hops = found.Hops, Place = found.Place });
        return Add(name, new(_conditions > 0 ? Start.Context : Start.Undefined, name));
    }

    /// <summary>Goes through statements that may not be run.</summary>
    public void Conditionally(Action visit)
    {
        _conditions++;
        visit();
        _conditions--;
    }

    /// <summary>A scope inside this one, gone through when all names of this one are known.</summary>
    public void Inside(Action<Scope> visit, Action<FrameLayout> use) => _inner.Enqueue(() =>
    {
        var scope = new Scope(this);
        visit(scope);
        use(scope.Complete());
    });

    /// <summary>All names are known: tells every variable its place, and goes through the scopes inside.</summary>
    public FrameLayout Complete()
    {
        foreach (Variable variable in _reads)
            if (Find(variable.Name) is { } found) variable.Locate(found.Hops, found.Place);
        var layout = new FrameLayout([.. _slots]);
        while (_inner.TryDequeue(out Action? visit)) visit();
        return layout;
    }

    private (int Hops, int Place)? Find(string name)
    {
        int hops = 0;
        for (Scope? scope = this; scope is not null; scope = scope.Around, hops++)
            if (scope._places.TryGetValue(name, out int place)) return (hops, place);
        return null;
    }

    private Scope? Around => outer;

    private int Add(string name, Slot slot)
    {
        _slots.Add(slot);
        _places[name] = _slots.Count - 1;
        return _slots.Count - 1;
    }
}
