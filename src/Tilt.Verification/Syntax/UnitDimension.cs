using System.Globalization;

namespace Tilt.Verification.Syntax;

/// <summary>Powers of base dimensions, such as length · time⁻¹. Two are equal when all powers are.</summary>
internal sealed class UnitDimension : IEquatable<UnitDimension>
{
    private readonly SortedDictionary<string, int> _powers;
    private readonly string _text;

    private UnitDimension(SortedDictionary<string, int> powers)
    {
        _powers = powers;
        _text = string.Join(' ', powers.Select(item => $"{item.Key}^{item.Value.ToString(CultureInfo.InvariantCulture)}"));
    }

    /// <summary>No dimension.</summary>
    public static UnitDimension None { get; } = new([]);

    /// <summary>A power of one dimension.</summary>
    public static UnitDimension Of(string name, int power) => new(new(StringComparer.Ordinal) { [name] = power });

    /// <summary>Reads "mass length^2 time^-2".</summary>
    public static UnitDimension Parse(string product)
    {
        UnitDimension dimension = None;
        foreach (string factor in product.Split(' '))
        {
            int caret = factor.IndexOf('^');
            int power = caret < 0 ? 1 : int.Parse(factor.AsSpan(caret + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            dimension = dimension.Times(Of(caret < 0 ? factor : factor[..caret], 1), power);
        }
        return dimension;
    }

    /// <summary>This dimension times a power of another.</summary>
    public UnitDimension Times(UnitDimension other, int power)
    {
        var powers = new SortedDictionary<string, int>(_powers, StringComparer.Ordinal);
        foreach ((string name, int exponent) in other._powers)
        {
            int sum = powers.GetValueOrDefault(name) + (exponent * power);
            if (sum == 0) powers.Remove(name);
            else powers[name] = sum;
        }
        return new(powers);
    }

    /// <inheritdoc/>
    public bool Equals(UnitDimension? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as UnitDimension);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => _text;
}
