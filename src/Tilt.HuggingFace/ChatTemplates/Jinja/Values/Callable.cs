namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>Something that can be called.</summary>
internal abstract class Callable
{
    /// <summary>How messages call it.</summary>
    public abstract string Name { get; }

    public abstract object? Call(Bounds bounds, CallArguments arguments);
}

/// <summary>A function of the language, or a method with the value that it belongs to.</summary>
/// <param name="name">How messages call it.</param>
/// <param name="body">What it does.</param>
internal sealed class Function(string name, Func<Bounds, CallArguments, object?> body) : Callable
{
    public override string Name => name;

    public override object? Call(Bounds bounds, CallArguments arguments) => body(bounds, arguments);
}

/// <summary>The arguments of a call as they stand.</summary>
/// <param name="Positional">Those without a name.</param>
/// <param name="Named">Those with one.</param>
internal readonly record struct CallArguments(object?[] Positional, KeyValuePair<string, object?>[] Named)
{
    public static readonly CallArguments None = new([], []);
}
