using System.Numerics;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Algebra;

/// <summary>
/// A complex number in high precision with a bound on its absolute error: |true − stated| ≤ 2^<see cref="Error"/>. Every operation
/// returns a bound that covers its arguments' bounds to first order and its own rounding. Beside it goes <see cref="Finest"/>: the size of
/// the smallest part that went into the value. As long as the error is not far below it, a part may have been lost.
/// </summary>
/// <param name="Re">Real part.</param>
/// <param name="Im">Imaginary part.</param>
/// <param name="Error">Binary logarithm of the bound on the error.</param>
/// <param name="Finest">Binary logarithm of the smallest part: of the smaller addend of sums, of the product of both of products.</param>
internal readonly record struct ComplexReal(Real Re, Real Im, double Error, double Finest)
{
    private const int Guard = 4;

    // Expansions hide the square of the smallest part, and the cube of a small argument: ln(1 + y) is y − y²/2, sin x is x − x³/6.
    private const int OrderOfPart = 2;

    private const int OrderOfArgument = 3;

    public bool IsReal => Im.IsZero;

    public bool IsZero => Re.IsZero && Im.IsZero;

    public int Magnitude => Math.Max(Re.Magnitude, Im.Magnitude);

    public int Precision => Math.Max(Re.Precision, Im.Precision);

    private FixedPoint Arithmetic => FixedPoint.For(Math.Max(Precision, Real.StandardPrecision));

    /// <summary>Bits from the leading one to the smallest part.</summary>
    private double Detail => IsZero ? 0 : Math.Max(0, Magnitude - Finest);

    public static ComplexReal Of(Real value, bool exact = false) =>
        new(value, Real.Zero, exact ? double.NegativeInfinity : value.Magnitude - value.Precision, value.IsZero ? 0 : value.Magnitude);

    /// <summary>A rational number, whose digits all count as parts.</summary>
    public static ComplexReal Of(Rational value, int precision)
    {
        Real real = Real.From(value, precision);
        bool exact = value.IsInteger && value.BitLength <= precision;
        return new(real, Real.Zero, exact ? double.NegativeInfinity : real.Magnitude - precision,
            value.IsZero ? 0 : real.Magnitude - value.BitLength);
    }

    public ComplexReal Negate() => this with { Re = -Re, Im = -Im };

    private static ComplexReal Rounded(Real re, Real im, double error, double finest)
    {
        int magnitude = Math.Max(re.Magnitude, im.Magnitude);
        if (magnitude > 1 << 22) throw new OutOfRangeException("magnitude");
        double rounding = magnitude - Math.Max(re.Precision, im.Precision) + Guard;
        return new(re, im, Math.Max(error, rounding) + 1, finest);
    }

    public ComplexReal Add(ComplexReal other)
    {
        if (IsZero && double.IsNegativeInfinity(Error)) return other;
        if (other.IsZero && double.IsNegativeInfinity(other.Error)) return this;
        return Rounded(Re + other.Re, Im + other.Im, Math.Max(Error, other.Error), Math.Min(Finest, other.Finest));
    }

    public ComplexReal Multiply(ComplexReal other)
    {
        double error = Math.Max(Error + other.Magnitude, other.Error + Magnitude) + 1;
        double finest = Finest + other.Finest;
        if (IsReal && other.IsReal) return Rounded(Re * other.Re, Real.Zero, error, finest);
        return Rounded((Re * other.Re) - (Im * other.Im), (Re * other.Im) + (Im * other.Re), error, finest);
    }

    /// <summary>Whether the value cannot be told from 0.</summary>
    public bool MayBeZero => IsZero || Magnitude <= Error + 8;

    /// <summary>1/z; null where z cannot be told from 0.</summary>
    public ComplexReal? Invert()
    {
        if (MayBeZero) return null;
        double error = Error - (2.0 * Magnitude) + 3;
        double finest = -Magnitude - Detail;
        if (IsReal) return Rounded(Real.One / Re, Real.Zero, error, finest);
        Real norm = (Re * Re) + (Im * Im);
        return Rounded(Re / norm, -(Im / norm), error, finest);
    }

    public ComplexReal? Divide(ComplexReal other) => other.Invert() is { } inverse ? Multiply(inverse) : null;

    /// <summary>The smallest part as an argument; an exact zero has none.</summary>
    private double PartOfArgument => IsZero && double.IsNegativeInfinity(Error) ? 0 : Finest;

    /// <summary>The smallest part of an analytic function of a given size.</summary>
    /// <param name="size">Binary logarithm of the function's value.</param>
    /// <param name="part">Binary logarithm of the argument's smallest part.</param>
    /// <param name="argument">Binary logarithm of the argument's distance from where the function is simple.</param>
    private static double FinestOf(int size, double part, int argument) =>
        size + Math.Min(OrderOfPart * Math.Min(part, 0), OrderOfArgument * Math.Min(argument, 0)) - 4;

    public ComplexReal Exp()
    {
        if (Re.Magnitude > 24 || Im.Magnitude > 64) throw new OutOfRangeException("exponent");
        FixedPoint fixedPoint = Arithmetic;
        BigInteger x = Re.ToFixed(fixedPoint);
        BigInteger multiple = x / fixedPoint.Ln2;
        Real scale = fixedPoint.ToReal(fixedPoint.Exp(x - (multiple * fixedPoint.Ln2))).Scale((int)multiple);
        // The reduced argument loses the bits of the multiple.
        double error = Math.Max(Error, Math.Max(Re.Magnitude, 0) - Precision) + scale.Magnitude + 2;
        double finest = FinestOf(scale.Magnitude, PartOfArgument, IsZero ? 0 : Magnitude);
        if (IsReal) return Rounded(scale, Real.Zero, error, finest);
        (Real sin, Real cos) = SinCosOf(Im);
        return Rounded(scale * cos, scale * sin, Math.Max(error, Math.Max(Im.Magnitude, 0) - Precision + scale.Magnitude + 2), finest);
    }

    private (Real Sin, Real Cos) SinCosOf(Real x)
    {
        FixedPoint fixedPoint = Arithmetic;
        BigInteger reduced = BigInteger.Remainder(x.ToFixed(fixedPoint), 2 * fixedPoint.Pi);
        (BigInteger sin, BigInteger cos) = fixedPoint.SinCos(reduced);
        return (fixedPoint.ToReal(sin), fixedPoint.ToReal(cos));
    }

    /// <summary>The principal logarithm; null where z cannot be told from 0.</summary>
    public ComplexReal? Ln()
    {
        if (MayBeZero) return null;
        double error = Math.Max(Error - Magnitude + 2, -Precision + 12 + Math.Max(0, BitOperations.Log2((uint)Math.Abs(Magnitude) + 1)));
        double finest = FinestOf(0, -Detail, 0);
        if (IsReal && Re.Sign > 0) return Rounded(LnOf(Re), Real.Zero, error, finest);
        Real norm = IsReal ? Re.Abs() : ((Re * Re) + (Im * Im)).Sqrt();
        return Rounded(LnOf(norm), Argument(), error, finest);
    }

    private Real LnOf(Real x)
    {
        FixedPoint fixedPoint = Arithmetic;
        int shift = x.Magnitude;
        BigInteger mantissa = x.Scale(-shift).ToFixed(fixedPoint);
        if (mantissa * 4 < 3 * fixedPoint.One)
        {
            mantissa <<= 1;
            shift--;
        }
        return fixedPoint.ToReal(fixedPoint.Ln(mantissa) + (shift * fixedPoint.Ln2));
    }

    /// <summary>The argument in (−π, π].</summary>
    public Real Argument()
    {
        FixedPoint fixedPoint = Arithmetic;
        Real pi = fixedPoint.ToReal(fixedPoint.Pi);
        if (Im.IsZero) return Re.Sign < 0 ? pi : Real.Zero;
        if (Re.IsZero) return Im.Sign > 0 ? pi.Scale(-1) : -pi.Scale(-1);
        bool steep = Im.Magnitude > Re.Magnitude;
        BigInteger ratio = (steep ? Re / Im : Im / Re).ToFixed(fixedPoint);
        bool large = BigInteger.Abs(ratio) > fixedPoint.One;
        if (large) ratio = BigInteger.Divide(fixedPoint.One * fixedPoint.One, ratio);
        Real angle = fixedPoint.ToReal(fixedPoint.Arctan(ratio));
        if (steep ^ large) angle = (ratio.Sign >= 0 ? pi.Scale(-1) : -pi.Scale(-1)) - angle;
        if (Re.Sign > 0) return angle;
        return Im.Sign > 0 ? angle + pi : angle - pi;
    }

    /// <summary>The argument with its error: of z = 1 + ix it is arctan x.</summary>
    public ComplexReal ArgumentValue(double error)
    {
        Real angle = Argument();
        double finest = FinestOf(0, -Detail, -Math.Abs(Re.Magnitude - Im.Magnitude));
        return new(angle, Real.Zero, Math.Max(error, -Precision) + 6, finest);
    }

    public (ComplexReal Sin, ComplexReal Cos) SinCos()
    {
        if (Re.Magnitude > Real.StandardPrecision / 2 || Im.Magnitude > 16) throw new OutOfRangeException("argument");
        double error = Math.Max(Error, Math.Max(Re.Magnitude, 0) - Precision) + 2;
        (Real sin, Real cos) = SinCosOf(Re);
        double finest = FinestOf(0, PartOfArgument, IsZero ? 0 : Magnitude);
        if (IsReal) return (Rounded(sin, Real.Zero, error, finest), Rounded(cos, Real.Zero, error, finest));
        Real up = (this with { Re = Im, Im = Real.Zero }).Exp().Re;
        Real down = Real.One / up;
        Real cosh = (up + down).Scale(-1);
        Real sinh = (up - down).Scale(-1);
        error += cosh.Magnitude + 2;
        finest -= cosh.Magnitude;
        return (Rounded(sin * cosh, cos * sinh, error, finest), Rounded(cos * cosh, -(sin * sinh), error, finest));
    }

    /// <summary>The principal square root, exact in sign for real arguments.</summary>
    public ComplexReal? Sqrt()
    {
        if (IsZero) return this with { Error = Error / 2 };
        if (MayBeZero) return null;
        double error = Error - (Magnitude / 2.0) + 1;
        double finest = (Magnitude / 2) - Detail - 2;
        if (IsReal) return Re.Sign > 0 ? Rounded(Re.Sqrt(), Real.Zero, error, finest) : Rounded(Real.Zero, (-Re).Sqrt(), error, finest);
        return Ln()?.Multiply(Of(new Rational(1, 2), Precision)).Exp() is { } root ? root with { Finest = finest } : null;
    }
}
