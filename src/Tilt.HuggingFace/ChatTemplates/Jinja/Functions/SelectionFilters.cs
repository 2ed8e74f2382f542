using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary><c>map</c>, and <c>select</c> with its kin.</summary>
internal static class SelectionFilters
{
    public static readonly Filter[] All =
    [
        Filter.Open("map", (bounds, value, call) => Map(bounds, value, call)),
        Filter.Open("select", (bounds, value, call) => Select(bounds, value, call, byAttribute: false, kept: true)),
        Filter.Open("reject", (bounds, value, call) => Select(bounds, value, call, byAttribute: false, kept: false)),
        Filter.Open("selectattr", (bounds, value, call) => Select(bounds, value, call, byAttribute: true, kept: true)),
        Filter.Open("rejectattr", (bounds, value, call) => Select(bounds, value, call, byAttribute: true, kept: false)),
    ];

    private static IteratorValue Map(Bounds bounds, object? value, CallArguments call)
    {
        IReadOnlyList<object?> items = Items(bounds, value);
        if (call.Positional.Length > 0)
        {
            Filter filter = Filters.Find(Name(call.Positional[0], "a filter"));
            var rest = new CallArguments(call.Positional[1..], call.Named);
            return new([.. items.Select(item => filter.Apply(bounds, item, rest))]);
        }
        Parameters.Arguments arguments = new Parameters("the filter 'map'", "attribute", "default").Bind(call);
        object? path = arguments.Required(0), standard = arguments.Get(1);
        return new([.. items.Select(item => AttributePath.Get(bounds, item, path, standard))]);
    }

    private static IteratorValue Select(Bounds bounds, object? value, CallArguments call, bool byAttribute, bool kept)
    {
        object?[] positional = call.Positional;
        if (byAttribute && positional.Length == 0) throw new JinjaException("selectattr and rejectattr need the name of an attribute");
        object? path = byAttribute ? positional[0] : null;
        if (byAttribute) positional = positional[1..];
        Test? test = positional.Length > 0 ? Tests.Find(Name(positional[0], "a test")) : null;
        var rest = new CallArguments(test is null ? [] : positional[1..], call.Named);
        return new([.. Items(bounds, value).Where(Chosen)]);

        bool Chosen(object? item)
        {
            object? tested = byAttribute ? AttributePath.Get(bounds, item, path) : item;
            return (test is null ? Truth.Of(tested) : test.Holds(bounds, tested, rest)) == kept;
        }
    }

    // Whatever is false, none for example, counts as empty here.
    private static IReadOnlyList<object?> Items(Bounds bounds, object? value) => Truth.Of(value) ? Sequences.Items(bounds, value) : [];

    private static string Name(object? name, string what) =>
        name as string ?? throw new JinjaException($"{what} is named by {Describe.Of(name)} where a text is needed");
}
