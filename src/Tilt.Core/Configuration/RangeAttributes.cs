using System.ComponentModel.DataAnnotations;

namespace Tilt.Configuration;

/// <summary>A number that must be at least <paramref name="minimum"/>.</summary>
/// <param name="minimum">The smallest allowed value.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AtLeastAttribute(double minimum) : RangeAttribute(minimum, double.PositiveInfinity)
{
    /// <summary>The smallest allowed value.</summary>
    public new double Minimum { get; } = minimum;
}

/// <summary>A number that must be greater than a bound.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class GreaterThanAttribute : RangeAttribute
{
    /// <summary>A number that must be greater than <paramref name="bound"/>.</summary>
    public GreaterThanAttribute(double bound) : base(bound, double.PositiveInfinity)
    {
        Bound = bound;
        MinimumIsExclusive = true;
    }

    /// <summary>The largest value that is not allowed any more.</summary>
    public double Bound { get; }
}
