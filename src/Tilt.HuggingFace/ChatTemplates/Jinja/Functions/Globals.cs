using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>The functions that every template can call, those that Transformers adds among them.</summary>
internal static class Globals
{
    private static readonly Parameters Message = new("raise_exception", "message"), Format = new("strftime_now", "format");

    private static readonly Dictionary<string, Function> All = new Function[]
    {
        new("range", Range),
        new("dict", (bounds, call) => Dictionary(bounds, call, "dict")),
        new("namespace", (bounds, call) => new NamespaceValue(Dictionary(bounds, call, "namespace"))),
        new("raise_exception",
            (bounds, call) => throw new JinjaException(Printing.Text(bounds, Message.Bind(call).Required(0))) { Raised = true }),
    }.ToDictionary(function => function.Name, StringComparer.Ordinal);

    /// <param name="name">The name of a function.</param>
    /// <param name="now">What <c>strftime_now</c> takes for now.</param>
    /// <param name="value">The function.</param>
    public static bool TryGet(string name, DateTime now, out object? value)
    {
        if (name == "strftime_now")
        {
            value = new Function(name, (bounds, call) => bounds.Made(DateText.Of(now, Format.Bind(call).Text(0))));
            return true;
        }
        bool found = All.TryGetValue(name, out Function? function);
        value = function;
        return found;
    }

    private static RangeValue Range(Bounds bounds, CallArguments call)
    {
        if (call.Named.Length > 0 || call.Positional.Length is 0 or > 3) throw new JinjaException("range takes one to three numbers");
        long[] numbers = [.. call.Positional.Select(value => Numbers.TryInteger(value, out long number)
            ? number
            : throw (value as Undefined)?.Failure() ?? new JinjaException($"range takes whole numbers, not {Describe.Of(value)}"))];
        return numbers.Length == 1 ? new(0, numbers[0], 1) : new(numbers[0], numbers[1], numbers.Length == 3 ? numbers[2] : 1);
    }

    private static DictValue Dictionary(Bounds bounds, CallArguments call, string owner)
    {
        if (call.Positional.Length > 1) throw new JinjaException($"{owner} takes at most one argument without a name");
        var dict = new DictValue();
        if (call.Positional is [var first])
        {
            if (first is DictValue other) foreach ((object? key, object? value) in other.Entries) dict.Set(key, value);
            else
                foreach (object? entry in Sequences.Items(bounds, first))
                    dict.Set(Pair(entry)[0], Pair(entry)[1]);
        }
        foreach ((string name, object? value) in call.Named) dict.Set(name, value);
        bounds.Charge(dict.Count);
        return dict;
    }

    private static IReadOnlyList<object?> Pair(object? entry) =>
        entry is ListValue { Items: { Count: 2 } items }
            ? items
            : throw new JinjaException("a mapping is made of pairs of a key and a value");
}
