using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>The methods of mappings; those that would change one are forbidden by the sandbox of chat templates.</summary>
internal static class DictMethods
{
    private static readonly Parameters None = new("a method of mappings"), Lookup = new("the method 'get'", "key", "default");
    private static readonly HashSet<string> Names = ["get", "items", "keys", "values", "copy"],
        Changing = ["clear", "fromkeys", "pop", "popitem", "setdefault", "update"];

    public static bool IsMethod(string name) => Names.Contains(name) || Changing.Contains(name);

    /// <summary>A method of a mapping, undefined for those that are forbidden, or null.</summary>
    public static object? Find(DictValue dict, string name)
    {
        if (Changing.Contains(name)) return new Undefined($"the method '{name}' would change a mapping, which chat templates may not");
        if (!Names.Contains(name)) return null;
        return new Function(name, (_, call) =>
        {
            Parameters.Arguments arguments = (name == "get" ? Lookup : None).Bind(call);
            return name switch
            {
                "get" => dict.TryGet(arguments.Required(0) is SafeText safe ? safe.Text : arguments.Required(0), out object? value)
                    ? value
                    : arguments.Get(1),
                "copy" => dict,
                _ => new DictView(dict, name),
            };
        });
    }
}
