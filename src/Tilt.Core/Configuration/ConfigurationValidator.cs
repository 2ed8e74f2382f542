namespace Tilt.Configuration;

/// <summary>Checks ranges and the rules that span several keys.</summary>
public static class ConfigurationValidator
{
    /// <summary>Checks a configuration made in code.</summary>
    /// <exception cref="InputException">A value is out of range or a rule is broken; the message lists everything.</exception>
    public static void Validate<T>(T configuration) where T : class
    {
        FindingList findings = new();
        Check(configuration, findings, new Dictionary<string, SourceLocation>(StringComparer.Ordinal));
        findings.ThrowIfAny("The configuration");
    }

    /// <summary>Adds what is wrong to the findings.</summary>
    internal static void Check(object record, FindingList findings, IReadOnlyDictionary<string, SourceLocation> locations) =>
        CheckRecord(record, ConfigurationType.Of(record.GetType()), "", new(findings, locations));

    private static void CheckRecord(object record, ConfigurationType type, string path, Context context)
    {
        foreach (ConfigurationKey key in type.Keys())
            CheckValue(key.Get(record), key.Type, key, ConfigurationPath.Join(path, key.Name), context);
        // A rule over several keys would only confuse while one of them is wrong and stands at its default; those of the whole that speak
        // of other parts are told all the same.
        if (record is not IValidatable validatable || (path.Length > 0 && context.Findings.AnyWithin(path))) return;
        if (type.Keys().Any(key => key.Type.Kind != ValueKind.Record && context.Findings.AnyAt(key.Name)) && path.Length == 0) return;
        foreach (ConfigurationProblem problem in validatable.Validate())
        {
            string at = ConfigurationPath.Join(path, ConfigurationName.OfProperty(problem.Property));
            if (!context.Findings.AnyWithin(at)) context.Add(at, problem.Message);
        }
    }

    private static void CheckValue(object? value, ConfigurationType type, ConfigurationKey key, string path, Context context)
    {
        switch (type.Kind)
        {
            case var _ when context.Findings.AnyAt(path):
                break;
            case var _ when value is null:
                if (!key.IsNullable) context.Add(path, "has no value, but must have one.");
                break;
            case ValueKind.Record:
                CheckRecord(value, type, path, context);
                break;
            case ValueKind.List:
                int index = 0;
                foreach (object? item in (System.Collections.IEnumerable)value)
                    CheckValue(item, type.Element!, key, $"{path}[{index++}]", context);
                break;
            case ValueKind.Dictionary:
                foreach ((string name, object? item) in DictionaryEntries.Of(value))
                    CheckValue(item, type.Element!, key, ConfigurationPath.Join(path, name), context);
                break;
            default:
                CheckScalar(value, type, key, path, context);
                break;
        }
    }

    private static void CheckScalar(object value, ConfigurationType type, ConfigurationKey key, string path, Context context)
    {
        bool isAllowed = value switch
        {
            Enum => Enum.IsDefined(type.Type, value),
            double number when !double.IsFinite(number) => false,
            float number when !float.IsFinite(number) => false,
            int or long or float or double => key.Range is null || ConfigurationScalar.IsWithin(value, key.Range),
            _ => true,
        };
        if (!isAllowed)
            context.Add(path, $"must be {ConfigurationScalar.Allowed(type.Type, key.Range)}, but is {ConfigurationScalar.Format(value)}.");
    }

    private sealed record Context(FindingList Findings, IReadOnlyDictionary<string, SourceLocation> Locations)
    {
        public void Add(string path, string message) =>
            Findings.Add(Locations.TryGetValue(path, out SourceLocation location) ? location : null, path, message);
    }
}
