using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>A filter.</summary>
internal sealed class Filter
{
    private readonly Func<Bounds, object?, CallArguments, object?> _body;

    private Filter(string name, Func<Bounds, object?, CallArguments, object?> body) => (Name, _body) = (name, body);

    public string Name { get; }

    /// <summary>A filter with fixed parameters.</summary>
    public static Filter Of(string name, string[] parameters, Func<Bounds, object?, Parameters.Arguments, object?> body)
    {
        var bound = new Parameters($"the filter '{name}'", parameters);
        return new(name, (bounds, value, call) => body(bounds, value, bound.Bind(call)));
    }

    /// <summary>A filter that takes any arguments.</summary>
    public static Filter Open(string name, Func<Bounds, object?, CallArguments, object?> body) => new(name, body);

    public object? Apply(Bounds bounds, object? value, CallArguments arguments) => _body(bounds, value, arguments);
}

/// <summary>All filters.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, Filter> All = Index(
        [.. TextFilters.All, .. ValueFilters.All, .. SequenceFilters.All, .. SelectionFilters.All],
        ("count", "length"), ("d", "default"), ("e", "escape"));

    /// <exception cref="JinjaException">There is no such filter, or none that is supported.</exception>
    public static Filter Find(string name, int line = 0) =>
        All.TryGetValue(name, out Filter? filter) ? filter : throw new JinjaException($"the filter '{name}' is not supported", line);

    private static Dictionary<string, Filter> Index(Filter[] filters, params (string Name, string Of)[] aliases)
    {
        Dictionary<string, Filter> all = filters.ToDictionary(filter => filter.Name, StringComparer.Ordinal);
        foreach ((string name, string of) in aliases) all.Add(name, all[of]);
        return all;
    }
}
