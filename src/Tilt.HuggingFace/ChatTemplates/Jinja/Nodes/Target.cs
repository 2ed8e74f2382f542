using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>What a value is assigned to.</summary>
internal abstract class Target
{
    /// <summary>Finds the names that are set.</summary>
    /// <param name="scope">The scope they are set in.</param>
    /// <param name="given">They are given by whoever runs the scope, as the names of a loop are.</param>
    public abstract void Bind(Scope scope, bool given = false);

    /// <summary>The same target for another scope.</summary>
    public abstract Target Copy();

    /// <summary>Assigns a value in a frame of the scope that the target was bound in.</summary>
    public abstract void Assign(Rendering rendering, Frame frame, object? value);
}

/// <summary>A name.</summary>
internal sealed class NameTarget(string name) : Target
{
    private int _place;

    public string Name => name;

    public override Target Copy() => new NameTarget(name);

    public override void Bind(Scope scope, bool given = false) => _place = given ? scope.Parameter(name) : scope.Set(name);

    public override void Assign(Rendering rendering, Frame frame, object? value) => frame.Slots[_place] = value;
}

/// <summary>An attribute of a namespace.</summary>
internal sealed class AttributeTarget(Variable owner, string attribute) : Target
{
    public override Target Copy() => new AttributeTarget(new Variable(owner.Name, owner.Line), attribute);

    public override void Bind(Scope scope, bool given = false) => owner.Bind(scope);

    public override void Assign(Rendering rendering, Frame frame, object? value)
    {
        if (owner.Evaluate(rendering) is not NamespaceValue space)
            throw new JinjaException($"'{owner.Name}.{attribute}' is set, but '{owner.Name}' is no namespace");
        space.Attributes.Set(attribute, value);
    }
}

/// <summary>Several targets for the elements of one value.</summary>
internal sealed class TupleTarget(Target[] targets) : Target
{
    public override Target Copy() => new TupleTarget([.. targets.Select(target => target.Copy())]);

    public override void Bind(Scope scope, bool given = false)
    {
        foreach (Target target in targets) target.Bind(scope, given);
    }

    public override void Assign(Rendering rendering, Frame frame, object? value)
    {
        if (value is Undefined undefined) throw undefined.Failure();
        IReadOnlyList<object?> items = Sequences.Items(rendering, value);
        if (items.Count != targets.Length) throw new JinjaException($"{items.Count} values are assigned to {targets.Length} names");
        for (int i = 0; i < targets.Length; i++) targets[i].Assign(rendering, frame, items[i]);
    }
}
