using System.Collections;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Tilt.Configuration;

/// <summary>What a key holds.</summary>
internal enum ValueKind
{
    /// <summary>A single value: text, number, truth value or enum.</summary>
    Scalar,

    /// <summary>A group of keys.</summary>
    Record,

    /// <summary>A list.</summary>
    List,

    /// <summary>Free keys, each with a value of one type.</summary>
    Dictionary,
}

/// <summary>A type that configurations are made of.</summary>
/// <param name="Type">The type; never <see cref="Nullable{T}"/>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Element">Type of the items of a list or of the values of a dictionary; null otherwise.</param>
internal sealed record ConfigurationType(Type Type, ValueKind Kind, ConfigurationType? Element)
{
    private static readonly Type[] Scalars = [typeof(string), typeof(bool), typeof(int), typeof(long), typeof(float), typeof(double)];

    /// <summary>Describes a type.</summary>
    /// <exception cref="NotSupportedException">Configurations cannot hold the type.</exception>
    public static ConfigurationType Of(Type declared)
    {
        Type type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type.IsEnum || Scalars.Contains(type)) return new(type, ValueKind.Scalar, null);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return new(type, ValueKind.List, Of(type.GenericTypeArguments[0]));
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
            && type.GenericTypeArguments[0] == typeof(string))
            return new(type, ValueKind.Dictionary, Of(type.GenericTypeArguments[1]));
        if (type.IsClass && !typeof(IEnumerable).IsAssignableFrom(type)) return new(type, ValueKind.Record, null);
        throw new NotSupportedException(
            $"A configuration cannot hold {declared}; it holds records, string, bool, int, long, float, double, enums, IReadOnlyList and "
            + $"IReadOnlyDictionary with string keys.");
    }

    /// <summary>The keys of a record, in the order of declaration.</summary>
    public IReadOnlyList<ConfigurationKey> Keys() =>
        [.. Type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
            .OrderBy(property => property.MetadataToken)
            .Select(property => new ConfigurationKey(property))];

    /// <summary>An instance of a record type with its defaults.</summary>
    public object Create() => Activator.CreateInstance(Type)!;
}

/// <summary>A key of a configuration record.</summary>
internal sealed class ConfigurationKey
{
    private readonly PropertyInfo _property;

    /// <summary>Describes a property.</summary>
    public ConfigurationKey(PropertyInfo property)
    {
        this._property = property;
        Name = ConfigurationName.OfProperty(property.Name);
        Type = ConfigurationType.Of(property.PropertyType);
        IsNullable = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        IsRequired = Has<RequiredAttribute>() || Has<RequiredMemberAttribute>();
        Range = property.GetCustomAttribute<RangeAttribute>();
        Description = property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "";
    }

    /// <summary>Name of the property.</summary>
    public string PropertyName => _property.Name;

    /// <summary>The key as written in a file.</summary>
    public string Name { get; }

    /// <summary>Type of the value.</summary>
    public ConfigurationType Type { get; }

    /// <summary>Whether null is a value.</summary>
    public bool IsNullable { get; }

    /// <summary>Whether the key must be given.</summary>
    public bool IsRequired { get; }

    /// <summary>Allowed numbers, or null.</summary>
    public RangeAttribute? Range { get; }

    /// <summary>What the key means.</summary>
    public string Description { get; }

    /// <summary>Whether the property carries the attribute.</summary>
    public bool Has<T>() where T : Attribute => _property.IsDefined(typeof(T));

    /// <summary>The attribute that the property carries; null where it carries none.</summary>
    public T? Attribute<T>() where T : Attribute => _property.GetCustomAttribute<T>();

    /// <summary>The value in <paramref name="record"/>.</summary>
    public object? Get(object record) => _property.GetValue(record);

    /// <summary>Sets the value in <paramref name="record"/>, which nobody else has seen yet.</summary>
    public void Set(object record, object? value) => _property.SetValue(record, value);
}
