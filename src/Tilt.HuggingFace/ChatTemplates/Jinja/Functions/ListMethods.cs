using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>The methods of lists; those that would change one are forbidden by the sandbox of chat templates.</summary>
internal static class ListMethods
{
    private static readonly Parameters One = new("a method of lists", "value"), None = new("the method 'copy'");
    private static readonly HashSet<string> Changing = ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"];

    /// <summary>A method of a list, undefined for those that are forbidden, or null.</summary>
    public static object? Find(ListValue list, string name)
    {
        if (!list.IsTuple && Changing.Contains(name))
            return new Undefined($"the method '{name}' would change a list, which chat templates may not");
        return name switch
        {
            "copy" when !list.IsTuple => new Function(name, (_, call) => None.Bind(call) is var _ ? list : null),
            "count" => new Function(name, (bounds, call) => Count(bounds, list, One.Bind(call).Required(0))),
            "index" => new Function(name, (bounds, call) => Index(bounds, list, One.Bind(call).Required(0))),
            _ => null,
        };
    }

    private static object Count(Bounds bounds, ListValue list, object? value) =>
        Boxed.Of(list.Items.Count(item => Comparison.Equal(bounds, item, value)));

    private static object Index(Bounds bounds, ListValue list, object? value)
    {
        for (int i = 0; i < list.Items.Count; i++)
            if (Comparison.Equal(bounds, list.Items[i], value)) return Boxed.Of(i);
        throw new JinjaException($"a list does not hold {Describe.Quoted(value)}");
    }
}
