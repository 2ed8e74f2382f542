using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>A test, <c>value is test</c>, perhaps with an argument.</summary>
internal sealed class Test(string name, bool hasArgument, Func<Bounds, object?, object?, bool> body)
{
    private readonly Parameters _parameters = hasArgument ? new($"the test '{name}'", "other") : new($"the test '{name}'");

    public string Name => name;

    public bool Holds(Bounds bounds, object? value, CallArguments call)
    {
        Parameters.Arguments arguments = _parameters.Bind(call);
        return body(bounds, value, hasArgument ? arguments.Required(0) : null);
    }
}

/// <summary>All tests.</summary>
internal static class Tests
{
    private static readonly Dictionary<string, Test> All = new Test[]
    {
        Plain("defined", value => value is not Undefined),
        Plain("undefined", value => value is Undefined),
        Plain("none", value => value is null),
        Plain("boolean", value => value is bool),
        Plain("true", value => value is true),
        Plain("false", value => value is false),
        Plain("integer", value => value is long or System.Numerics.BigInteger),
        Plain("float", value => value is double),
        Plain("number", Numbers.IsNumber),
        Plain("string", value => value is string or SafeText),
        Plain("mapping", value => value is DictValue),
        Plain("sequence", value => value is string or SafeText or ListValue or DictValue or RangeValue or Undefined),
        Plain("iterable",
            value => value is string or SafeText or ListValue or DictValue or RangeValue or DictView or IteratorValue or Undefined),
        Plain("callable", value => value is Callable or Undefined),
        Plain("odd", value => Remainder(value, 2L) == 1),
        Plain("even", value => Remainder(value, 2L) == 0),
        new("lower", false,
            (bounds, value, _) => Printing.Text(bounds, value) is var text && text.Any(char.IsLower) && !text.Any(char.IsUpper)),
        new("upper", false,
            (bounds, value, _) => Printing.Text(bounds, value) is var text && text.Any(char.IsUpper) && !text.Any(char.IsLower)),
        new("divisibleby", true, (_, value, other) => Remainder(value, other) == 0),
        new("sameas", true,
            (_, value, other) => ReferenceEquals(value, other) || (value is bool or long or string or null && Equals(value, other))),
        new("in", true, (bounds, value, other) => Comparison.Contains(bounds, other, value)),
        new("eq", true, (bounds, value, other) => Comparison.Equal(bounds, value, other)),
        new("ne", true, (bounds, value, other) => !Comparison.Equal(bounds, value, other)),
        new("lt", true, (bounds, value, other) => Comparison.Order(bounds, value, other) < 0),
        new("le", true, (bounds, value, other) => Comparison.Order(bounds, value, other) <= 0),
        new("gt", true, (bounds, value, other) => Comparison.Order(bounds, value, other) > 0),
        new("ge", true, (bounds, value, other) => Comparison.Order(bounds, value, other) >= 0),
    }.ToDictionary(test => test.Name, StringComparer.Ordinal);

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["equalto"] = "eq",
        ["=="] = "eq",
        ["!="] = "ne",
        ["<"] = "lt",
        ["<="] = "le",
        [">"] = "gt",
        [">="] = "ge",
        ["lessthan"] = "lt",
        ["greaterthan"] = "gt",
    };

    /// <exception cref="JinjaException">There is no such test, or none that is supported.</exception>
    public static Test Find(string name, int line = 0) =>
        All.TryGetValue(Aliases.GetValueOrDefault(name, name), out Test? test)
            ? test
            : throw new JinjaException($"the test '{name}' is not supported", line);

    private static Test Plain(string name, Func<object?, bool> body) => new(name, false, (_, value, _) => body(value));

    private static double Remainder(object? value, object? divisor) => Numbers.Double(Numbers.Compute('%', value, divisor));
}
