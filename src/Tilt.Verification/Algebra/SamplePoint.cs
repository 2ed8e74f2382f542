using System.Numerics;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Algebra;

/// <summary>
/// An assignment of numbers to symbols. The points of a comparison take both signs and all mixtures of two, values near 0.01, near 1,
/// above 50 and beyond every constant of the expressions; where symbols count things, whole numbers from small to a million. The same
/// symbols always get the same points.
/// </summary>
internal sealed class SamplePoint
{
    /// <summary>How many points there are for reals.</summary>
    public const int RealPoints = 16;

    /// <summary>How many points there are for whole numbers.</summary>
    public const int WholePoints = 18;

    /// <summary>How many further points there are where the domain is small or cases are not settled.</summary>
    public const int MorePoints = 64;

    /// <summary>How many where bars may change their sign anywhere.</summary>
    public const int MostPoints = 160;

    private const int FirstMore = 100;

    private readonly int _index;
    private readonly IReadOnlyList<string> _symbols;
    private readonly bool _whole;
    private readonly BigInteger _scale;
    private readonly Rational? _value;

    private SamplePoint(int index, IReadOnlyList<string> symbols, bool whole, BigInteger scale, Rational? value) =>
        (_index, _symbols, _whole, _scale, _value) = (index, symbols, whole, scale, value);

    /// <summary>A point without symbols.</summary>
    public static SamplePoint Constant { get; } = new(0, [], false, BigInteger.One, null);

    /// <summary>One of the points for reals.</summary>
    public static SamplePoint OfReals(int index, IReadOnlyList<string> symbols, BigInteger scale) =>
        new(index, symbols, false, scale, null);

    /// <summary>One of the points for whole numbers.</summary>
    public static SamplePoint OfWholeNumbers(int index, IReadOnlyList<string> symbols, BigInteger scale) =>
        new(index, symbols, true, scale, null);

    /// <summary>
    /// One of the further points: a grid between −8 and 8 for one symbol, sizes between 1/32 and 32 and all signs for several.
    /// </summary>
    public static SamplePoint More(int index, IReadOnlyList<string> symbols) =>
        new(FirstMore + index, symbols, false, BigInteger.One, null);

    /// <summary>The point at which every symbol has one given value.</summary>
    public static SamplePoint At(Rational value, IReadOnlyList<string> symbols) => new(0, symbols, false, BigInteger.One, value);

    /// <summary>The value of a symbol.</summary>
    public ComplexReal ValueOf(string name, int precision)
    {
        if (_value is { } value) return ComplexReal.Of(value, precision) with { Finest = FinestOf(value, precision) };
        ulong bits = Hash(name, (ulong)_index);
        int order = OrderOf(name);
        return ComplexReal.Of(_whole ? WholeNumber(bits, order, precision) : RealNumber(bits, order, precision), exact: true);
    }

    /// <summary>The size of a value, or of its distance to the next whole number.</summary>
    private static double FinestOf(Rational value, int precision)
    {
        if (value.IsZero) return 0;
        Rational rest = value - new Rational((value + new Rational(1, 2)).Floor().Numerator);
        int size = Real.From(value, precision).Magnitude;
        return rest.IsZero ? size : Math.Min(size, Real.From(rest, precision).Magnitude);
    }

    private int OrderOf(string name)
    {
        for (int i = 0; i < _symbols.Count; i++)
        {
            if (_symbols[i] == name) return i;
        }
        return 0;
    }

    /// <summary>Signs: all positive, all negative, then patterns that tell any two symbols apart, each with its opposite.</summary>
    private static bool IsNegative(int index, int order)
    {
        int pattern = index >> 1;
        bool flipped = pattern != 0 && ((order >> ((pattern - 1) % 3)) & 1) != 0;
        return ((index & 1) != 0) ^ flipped;
    }

    private Real RealNumber(ulong bits, int order, int precision)
    {
        if (_index >= FirstMore) return MoreReal(bits, precision);
        // An odd number of 2048ths between 0.6 and 2.1 is no root of what answers contain.
        BigInteger mantissa = (2 * (600 + (int)(bits % 1511))) + 1;
        int exponent = -11;
        int size = (_index + order) % 2;
        switch (_index)
        {
            case 2 or 5: mantissa *= 61; break;
            case 4 or 7: exponent -= 7; break;
            case 6 or 8 when size == 0: mantissa *= 3 * _scale; break;
            case 9 or 3 when size == 1: mantissa *= 3 * _scale; break;
            case 10 or 11: mantissa *= 3 * _scale * _scale; break;
            case 12 or 13: exponent -= 2; break;
            case 14 or 15: exponent -= 7; break;
        }
        return new(IsNegative(_index, order) ? -mantissa : mantissa, exponent, precision);
    }

    private Real MoreReal(ulong bits, int precision)
    {
        int index = _index - FirstMore;
        // Steps of a tenth with a remainder that no answer holds.
        BigInteger mantissa = _symbols.Count == 1 ? (205 * (index >> 1)) + 37 : 1 + (2 * (1024 + (int)(bits % 1024)));
        int exponent = _symbols.Count == 1 ? -11 : -16 + (int)((bits >> 16) % 10);
        bool negative = _symbols.Count == 1 ? (index & 1) != 0 : ((bits >> 40) & 1) != 0;
        return new(negative ? -mantissa : mantissa, exponent, precision);
    }

    private Real WholeNumber(ulong bits, int order, int precision)
    {
        // First small numbers in rising and in falling order, so that n ≥ k and n ≤ k both occur.
        int rising = order;
        int falling = Math.Max(0, _symbols.Count - 1 - order);
        BigInteger value = _index switch
        {
            0 => 2 + (3 * rising) + (int)(bits % 3),
            1 => 2 + (3 * falling) + (int)(bits % 3),
            2 => 5 + (7 * rising) + (int)(bits % 6),
            3 => 4 + (8 * falling) + (int)(bits % 7),
            4 => 1 + rising + (int)(bits % 2),
            5 => 1 + falling + (int)(bits % 2),
            6 => 12 + (int)(bits % 49) + (25 * rising),
            7 => 60 + (int)(bits % 120) + (20 * falling),
            8 => -(1 + (int)(bits % 9)),
            9 => -(10 + (int)(bits % 90)),
            10 => 3 + (2 * rising) + (int)(bits % 11),
            11 => 3 + (2 * falling) + (int)(bits % 11),
            12 => (2 * _scale) + (int)(bits % 977),
            13 => (5 * _scale * _scale) + (int)(bits % 977),
            16 => (1 + (int)(bits % 2)) * (_symbols.Count == 1 || order % 2 == 1 ? -1 : 1),
            17 => (3 + (int)(bits % 4)) * (_symbols.Count == 1 || (order >> 1) % 2 == 1 ? -1 : 1),
            14 => 200_000 + (int)(bits % 800_000),
            _ => 201 + (int)(bits % 800),
        };
        return new(value, 0, precision);
    }

    private static ulong Hash(string text, ulong seed)
    {
        ulong hash = 14695981039346656037UL ^ (seed * 0x9E3779B97F4A7C15UL);
        foreach (char c in text) hash = (hash ^ c) * 1099511628211UL;
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93UL;
        return hash ^ (hash >> 29);
    }
}
