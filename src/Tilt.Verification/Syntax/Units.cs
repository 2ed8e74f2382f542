using System.Collections.Frozen;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Syntax;

/// <summary>Units of measurement: what counts as one, and the ratio of two of one kind.</summary>
internal static class Units
{
    /// <summary>Unit name → (dimension, size in the dimension's base unit).</summary>
    private static readonly FrozenDictionary<string, (string Dimension, Rational Size)> Known = Build();

    private static readonly FrozenDictionary<string, (string, Rational)>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a run of letters after a number is a unit.</summary>
    public static bool IsUnit(ReadOnlySpan<char> word) => Lookup.ContainsKey(word);

    /// <summary>Whether words after a value may say what is counted; a remark on the value ("is wrong", "or so") does not.</summary>
    public static bool MayBeUnit(string words)
    {
        int count = 0;
        foreach (Range range in words.AsSpan().Split(' '))
        {
            if (++count > 4 || Remarks.Contains(words[range])) return false;
        }
        return true;
    }

    private static readonly FrozenSet<string> Remarks = new[]
    {
        "is", "isn't", "are", "was", "not", "no", "nor", "or", "and", "but", "wrong", "incorrect", "false", "maybe", "perhaps", "if", "unless", "except",
        "than", "less", "more", "least", "most", "about", "approximately", "minus", "plus", "times", "mod", "to", "through", "between", "either", "neither",
        "with", "without", "where", "when", "for", "which", "then", "else", "otherwise", "hundred", "thousand", "million", "billion", "trillion", "dozen", "half",
    }.ToFrozenSet();

    /// <summary>
    /// The factor from the first unit to the second when both are known and of one dimension; null when they are different things;
    /// 1 when either is a word that names no known unit ("teachers").
    /// </summary>
    public static Rational? Factor(string from, string to)
    {
        if (from == to) return Rational.One;
        bool fromKnown = TryResolve(from, out string fromDimension, out Rational fromSize);
        bool toKnown = TryResolve(to, out string toDimension, out Rational toSize);
        if (!fromKnown || !toKnown) return Rational.One;
        return fromDimension == toDimension ? fromSize / toSize : null;
    }

    private static bool TryResolve(string unit, out string dimension, out Rational size)
    {
        int power = 1;
        ReadOnlySpan<char> name = unit;
        if (name.StartsWith("square ") || name.StartsWith("sq "))
        {
            power = 2;
            name = name[(name.IndexOf(' ') + 1)..];
        }
        else if (name.StartsWith("cubic "))
        {
            power = 3;
            name = name[6..];
        }
        int caret = name.IndexOf('^');
        if (caret > 0)
        {
            if (!int.TryParse(name[(caret + 1)..], out power) || power is < 1 or > 4)
            {
                (dimension, size) = ("", default);
                return false;
            }
            name = name[..caret];
        }
        if (!Lookup.TryGetValue(name.Trim(), out (string Dimension, Rational Size) found))
        {
            (dimension, size) = ("", default);
            return false;
        }
        dimension = found.Dimension + (power > 1 ? power.ToString(System.Globalization.CultureInfo.InvariantCulture) : "");
        size = found.Size;
        for (int i = 1; i < power; i++) size *= found.Size;
        return true;
    }

    private static FrozenDictionary<string, (string, Rational)> Build()
    {
        var units = new Dictionary<string, (string, Rational)>();
        Add("length", 1, 1, "m", "meter", "meters", "metre", "metres");
        Add("length", 1000, 1, "km", "kilometer", "kilometers", "kilometre", "kilometres");
        Add("length", 1, 100, "cm", "centimeter", "centimeters", "centimetre", "centimetres");
        Add("length", 1, 1000, "mm", "millimeter", "millimeters");
        Add("length", 254, 10000, "in", "inch", "inches");
        Add("length", 3048, 10000, "ft", "foot", "feet");
        Add("length", 9144, 10000, "yd", "yard", "yards");
        Add("length", 1609344, 1000, "mi", "mile", "miles");
        Add("mass", 1, 1, "kg", "kilogram", "kilograms");
        Add("mass", 1, 1000, "g", "gram", "grams");
        Add("mass", 1, 1000000, "mg", "milligram", "milligrams");
        Add("mass", 45359237, 100000000, "lb", "lbs", "pound", "pounds");
        Add("mass", 45359237, 1600000000, "oz", "ounce", "ounces");
        Add("time", 1, 1, "s", "sec", "second", "seconds");
        Add("time", 60, 1, "min", "minute", "minutes", "mins");
        Add("time", 3600, 1, "h", "hr", "hrs", "hour", "hours");
        Add("time", 86400, 1, "day", "days");
        Add("time", 604800, 1, "week", "weeks");
        Add("time", 31536000, 1, "year", "years", "yr", "yrs");
        Add("money", 1, 1, "$", "dollar", "dollars", "usd");
        Add("money", 1, 100, "cent", "cents", "¢");
        Add("euro", 1, 1, "€", "euro", "euros", "eur");
        Add("sterling", 1, 1, "£");
        Add("rupee", 1, 1, "₹", "rupee", "rupees");
        Add("yen", 1, 1, "¥", "yen");
        Add("volume", 1, 1, "l", "liter", "liters", "litre", "litres");
        Add("volume", 1, 1000, "ml", "milliliter", "milliliters");
        Add("volume", 3785411784, 1000000000, "gallon", "gallons", "gal");
        Add("speed", 1, 1, "mph");
        Add("speed", 1000000, 1609344, "kph", "km/h", "kmh");
        Add("angle", 1, 1, "°", "degrees", "degree", "deg");
        Add("radian", 1, 1, "rad", "radian", "radians");
        Add("morning", 1, 1, "am", "a.m");
        Add("afternoon", 1, 1, "pm", "p.m");
        Add("energy", 1, 1, "j", "joule", "joules");
        Add("power", 1, 1, "w", "watt", "watts");
        Add("frequency", 1, 1, "hz", "hertz");
        return units.ToFrozenDictionary();

        void Add(string dimension, long top, long bottom, params string[] names)
        {
            foreach (string name in names) units[name] = (dimension, new Rational(top, bottom));
        }
    }
}
