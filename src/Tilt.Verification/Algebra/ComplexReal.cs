using System.Numerics;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Algebra;

/// <summary>
/// A complex number in high precision with a bound on its absolute error: |true − stated| ≤ 2^<see cref="Error"/>. Every operation
/// returns a bound that covers its arguments' bounds to first order and its own rounding.
/// </summary>
internal readonly record struct ComplexReal(Real Re, Real Im, double Error)
{
    private const int Guard = 4;

    public bool IsReal => Im.IsZero;

    public double Magnitude => Math.Max(Re.Magnitude, Im.Magnitude);

    public static ComplexReal Of(Real value, bool exact = false) =>
        new(value, Real.Zero, exact ? double.NegativeInfinity : value.Magnitude - Real.Precision);

    public static ComplexReal Of(Rational value) => Of(Real.From(value));

    public ComplexReal Negate() => this with { Re = -Re, Im = -Im };

    private static ComplexReal Rounded(Real re, Real im, double error)
    {
        double rounding = Math.Max(re.Magnitude, im.Magnitude) - Real.Precision + Guard;
        if (Math.Max(re.Magnitude, im.Magnitude) > 1 << 22) throw new OverBudgetException("magnitude");
        return new(re, im, Math.Max(error, rounding) + 1);
    }

    public ComplexReal Add(ComplexReal other) => Rounded(Re + other.Re, Im + other.Im, Math.Max(Error, other.Error));

    public ComplexReal Multiply(ComplexReal other)
    {
        double error = Math.Max(Error + other.Magnitude, other.Error + Magnitude) + 1;
        if (IsReal && other.IsReal) return Rounded(Re * other.Re, Real.Zero, error);
        return Rounded((Re * other.Re) - (Im * other.Im), (Re * other.Im) + (Im * other.Re), error);
    }

    /// <summary>1/z; null where z cannot be told from 0.</summary>
    public ComplexReal? Invert()
    {
        if (Magnitude <= Error + 8 || (Re.IsZero && Im.IsZero)) return null;
        double error = Error - (2 * Magnitude) + 3;
        if (IsReal) return Rounded(Real.One / Re, Real.Zero, error);
        Real norm = (Re * Re) + (Im * Im);
        return Rounded(Re / norm, -(Im / norm), error);
    }

    public ComplexReal? Divide(ComplexReal other) => other.Invert() is { } inverse ? Multiply(inverse) : null;

    public ComplexReal Exp()
    {
        if (Re.Magnitude > 24 || Im.Magnitude > 64) throw new OverBudgetException("exponent");
        BigInteger x = Re.ToFixed();
        BigInteger multiple = x / FixedPoint.Ln2;
        Real scale = Real.FromFixed(FixedPoint.Exp(x - (multiple * FixedPoint.Ln2))).Scale((int)multiple);
        // The reduced argument loses the bits of the multiple.
        double error = Math.Max(Error, Math.Max(Re.Magnitude, 0) - Real.Precision) + scale.Magnitude + 2;
        if (IsReal) return Rounded(scale, Real.Zero, error);
        (Real sin, Real cos) = SinCosOf(Im);
        return Rounded(scale * cos, scale * sin, Math.Max(error, Math.Max(Im.Magnitude, 0) - Real.Precision + scale.Magnitude + 2));
    }

    private static (Real Sin, Real Cos) SinCosOf(Real x)
    {
        BigInteger reduced = BigInteger.Remainder(x.ToFixed(), 2 * FixedPoint.Pi);
        (BigInteger sin, BigInteger cos) = FixedPoint.SinCos(reduced);
        return (Real.FromFixed(sin), Real.FromFixed(cos));
    }

    /// <summary>The principal logarithm; null where z cannot be told from 0.</summary>
    public ComplexReal? Ln()
    {
        if (Magnitude <= Error + 8 || (Re.IsZero && Im.IsZero)) return null;
        double error = Math.Max(Error - Magnitude + 2, -Real.Precision + 12);
        if (IsReal && Re.Sign > 0) return Rounded(LnOf(Re), Real.Zero, error);
        Real norm = IsReal ? Re.Abs() : ((Re * Re) + (Im * Im)).Sqrt();
        return Rounded(LnOf(norm), Argument(), error);
    }

    private static Real LnOf(Real x)
    {
        int shift = x.Magnitude;
        BigInteger mantissa = x.Scale(-shift).ToFixed();
        if (mantissa * 4 < 3 * FixedPoint.One)
        {
            mantissa <<= 1;
            shift--;
        }
        return Real.FromFixed(FixedPoint.Ln(mantissa) + (shift * FixedPoint.Ln2));
    }

    /// <summary>The argument in (−π, π].</summary>
    public Real Argument()
    {
        if (Im.IsZero) return Re.Sign < 0 ? Real.Pi : Real.Zero;
        if (Re.IsZero) return Im.Sign > 0 ? Real.Pi.Scale(-1) : -Real.Pi.Scale(-1);
        bool steep = Im.Magnitude > Re.Magnitude;
        BigInteger ratio = (steep ? Re / Im : Im / Re).ToFixed();
        bool large = BigInteger.Abs(ratio) > FixedPoint.One;
        if (large) ratio = BigInteger.Divide(FixedPoint.One * FixedPoint.One, ratio);
        Real angle = Real.FromFixed(FixedPoint.Arctan(ratio));
        if (steep ^ large) angle = (ratio.Sign >= 0 ? Real.Pi.Scale(-1) : -Real.Pi.Scale(-1)) - angle;
        if (Re.Sign > 0) return angle;
        return Im.Sign > 0 ? angle + Real.Pi : angle - Real.Pi;
    }

    public (ComplexReal Sin, ComplexReal Cos) SinCos()
    {
        if (Re.Magnitude > 64 || Im.Magnitude > 16) throw new OverBudgetException("argument");
        double error = Math.Max(Error, Math.Max(Re.Magnitude, 0) - Real.Precision) + 2;
        (Real sin, Real cos) = SinCosOf(Re);
        if (IsReal) return (Rounded(sin, Real.Zero, error), Rounded(cos, Real.Zero, error));
        Real up = (this with { Re = Im, Im = Real.Zero }).Exp().Re;
        Real down = Real.One / up;
        Real cosh = (up + down).Scale(-1);
        Real sinh = (up - down).Scale(-1);
        error += cosh.Magnitude + 2;
        return (Rounded(sin * cosh, cos * sinh, error), Rounded(cos * cosh, -(sin * sinh), error));
    }

    /// <summary>The principal square root, exact in sign for real arguments.</summary>
    public ComplexReal? Sqrt()
    {
        if (Re.IsZero && Im.IsZero) return this with { Error = Error / 2 };
        if (Magnitude <= Error + 8) return null;
        double error = Error - (Magnitude / 2) + 1;
        if (IsReal) return Re.Sign > 0 ? Rounded(Re.Sqrt(), Real.Zero, error) : Rounded(Real.Zero, (-Re).Sqrt(), error);
        return Ln()?.Multiply(Of(new Rational(1, 2))).Exp();
    }
}
