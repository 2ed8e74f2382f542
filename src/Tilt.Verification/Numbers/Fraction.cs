namespace Tilt.Verification.Numbers;

/// <summary>A quotient of two polynomials; equality is decided by cross-multiplication.</summary>
internal readonly record struct Fraction(Polynomial Numerator, Polynomial Denominator)
{
    public static Fraction Of(Polynomial value) => new(value, Polynomial.One);

    public static Fraction Of(Rational value) => Of(Polynomial.Constant(value));

    public bool HasUnitDenominator => ReferenceEquals(Denominator, Polynomial.One) || Denominator.SameAs(Polynomial.One);

    public bool TryGetRational(out Rational value)
    {
        value = default;
        if (!Numerator.TryGetRational(out Rational top) || !Denominator.TryGetRational(out Rational bottom) || bottom.IsZero) return false;
        value = bottom.IsOne ? top : top / bottom;
        return true;
    }

    public Fraction? Add(Fraction other, WorkMeter meter)
    {
        if (HasUnitDenominator && other.HasUnitDenominator) return Of(Numerator.Add(other.Numerator, meter));
        Polynomial? left = Numerator.Multiply(other.Denominator, meter);
        Polynomial? right = other.Numerator.Multiply(Denominator, meter);
        Polynomial? bottom = Denominator.Multiply(other.Denominator, meter);
        return left is null || right is null || bottom is null ? null : new Fraction(left.Add(right, meter), bottom);
    }

    public Fraction Negate() => new(Numerator.Negate(), Denominator);

    public Fraction? Multiply(Fraction other, WorkMeter meter)
    {
        Polynomial? top = Numerator.Multiply(other.Numerator, meter);
        Polynomial? bottom = Denominator.Multiply(other.Denominator, meter);
        return top is null || bottom is null ? null : new Fraction(top, bottom);
    }

    /// <summary>1 / this; constant denominators are made rational where practical. Null for 0.</summary>
    public Fraction? Invert(WorkMeter meter)
    {
        if (Numerator.IsZero) return null;
        if (Numerator.TryInvertConstant(meter) is { } inverse && inverse.Multiply(Denominator, meter) is { } top) return Of(top);
        return new Fraction(Denominator, Numerator);
    }

    public bool SameAs(Fraction other, WorkMeter meter, out bool decided)
    {
        decided = true;
        if (HasUnitDenominator && other.HasUnitDenominator) return Numerator.SameAs(other.Numerator);
        Polynomial? left = Numerator.Multiply(other.Denominator, meter);
        Polynomial? right = other.Numerator.Multiply(Denominator, meter);
        decided = left is not null && right is not null;
        return decided && left!.SameAs(right!);
    }

    public Fraction? Power(int exponent, WorkMeter meter)
    {
        Fraction? result = Of(Rational.One);
        Fraction? square = this;
        for (int left = exponent; left > 0 && result is not null; left >>= 1)
        {
            if ((left & 1) != 0) result = square is null ? null : result.Value.Multiply(square.Value, meter);
            if (left > 1) square = square?.Multiply(square.Value, meter);
        }
        return result;
    }
}
