namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>The parameters of a function, and the arguments of a call put in their places.</summary>
/// <param name="owner">How messages call the function.</param>
/// <param name="names">The parameters in order.</param>
internal sealed class Parameters(string owner, params string[] names)
{
    /// <summary>Stands where no argument was given.</summary>
    private static readonly object Absent = new();

    private readonly Arguments _none = new(owner, [.. names.Select(_ => Absent)], names);

    public Arguments Bind(CallArguments call)
    {
        if (call.Positional.Length == 0 && call.Named.Length == 0) return _none;
        if (call.Positional.Length > names.Length)
            throw new JinjaException($"{owner} takes "
                + $"{(names.Length == 0 ? "no arguments" : $"at most {names.Length} arguments ({string.Join(", ", names)})")}, "
                + $"not {call.Positional.Length}");
        object?[] values = new object?[names.Length];
        call.Positional.CopyTo(values, 0);
        values.AsSpan(call.Positional.Length).Fill(Absent);
        foreach ((string name, object? value) in call.Named)
        {
            int at = Array.IndexOf(names, name);
            if (at < 0)
                throw new JinjaException(
                    $"{owner} has no argument '{name}'{(names.Length == 0 ? "" : $"; it has {string.Join(", ", names)}")}");
            if (!ReferenceEquals(values[at], Absent)) throw new JinjaException($"{owner} is given the argument '{name}' twice");
            values[at] = value;
        }
        return new(owner, values, names);
    }

    /// <summary>The arguments of a call in the order of the parameters.</summary>
    internal readonly struct Arguments(string owner, object?[] values, string[] names)
    {
        public bool Has(int index) => !ReferenceEquals(values[index], Absent);

        public object? Required(int index) =>
            Has(index) ? values[index] : throw new JinjaException($"{owner} needs the argument '{names[index]}'");

        public object? Get(int index, object? standard = null) => Has(index) ? values[index] : standard;

        public string Text(int index) => AsText(Required(index), index);

        public string? OptionalText(int index) => Get(index) is { } value ? AsText(value, index) : null;

        public long Integer(int index, long standard) => Get(index, standard) switch
        {
            long number => number,
            bool truth => truth ? 1 : 0,
            null => standard,
            var other => throw Wrong(index, "a whole number", other),
        };

        public bool Truth(int index, bool standard = false) => Has(index) ? Values.Truth.Of(values[index]) : standard;

        private string AsText(object? value, int index) => value switch
        {
            string text => text,
            SafeText safe => safe.Text,
            _ => throw Wrong(index, "a text", value),
        };

        private JinjaException Wrong(int index, string expected, object? value) =>
            new($"the argument '{names[index]}' of {owner} must be {expected}, not {Describe.Of(value)}");
    }
}
