namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>
/// What a name, key or index gives that does not exist: renders as nothing, is false and empty, and fails where more is asked of it.
/// </summary>
/// <param name="what">Says in an error what there is not, for example <c>'name' is not defined</c>.</param>
internal sealed class Undefined(string what)
{
    /// <summary>The value of an <c>if</c> expression without <c>else</c>, and the like.</summary>
    public static readonly Undefined Nothing = new("a value is not defined");

    public static Undefined Name(string name) => new($"'{name}' is not defined");

    public static Undefined Key(object? owner, object? key) =>
        new($"{Describe.Of(owner)} has no {(key is long ? "element" : "key or attribute")} {Describe.Quoted(key)}");

    public JinjaException Failure() => new(what);
}
