using System.Collections.Frozen;
using Tilt.Verification.Numbers;

namespace Tilt.Verification.Syntax;

/// <summary>The known units: name → powers of base dimensions and size in their base units.</summary>
internal static class UnitTable
{
    /// <summary>One unit.</summary>
    /// <param name="Dimension">Base dimensions with their powers.</param>
    /// <param name="Size">Size in the base units.</param>
    public sealed record Unit(UnitDimension Dimension, Rational Size);

    private static readonly FrozenDictionary<string, Unit> Known = Build();

    private static readonly FrozenDictionary<string, Unit>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Known.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The unit of a name, or null.</summary>
    public static Unit? Find(ReadOnlySpan<char> name) => Lookup.TryGetValue(name, out Unit? unit) ? unit : null;

    private static FrozenDictionary<string, Unit> Build()
    {
        var units = new Dictionary<string, Unit>();
        Prefixed("length", 1, ["m"], ["meter", "metre"]);
        Add("length", 254, 10000, "in", "inch", "inches");
        Add("length", 3048, 10000, "ft", "foot", "feet");
        Add("length", 9144, 10000, "yd", "yard", "yards");
        Add("length", 1609344, 1000, "mi", "mile", "miles");
        Add("length", 1852, 1, "nautical mile", "nautical miles");
        Add("length", 1, 10_000_000_000, "angstrom", "angstroms", "å");
        Add("length", 149597870700, 1, "au", "astronomical unit", "astronomical units");
        Add("length", 9460730472580800, 1, "light year", "light years", "light-year", "light-years", "ly");
        Add("length", 30856775814913673, 1, "pc", "parsec", "parsecs");
        Prefixed("mass", 1, ["g"], ["gram", "gramme"], 1000);
        Add("mass", 1, 1000, "gm", "gms");
        Add("mass", 1, 1, "kilo", "kilos");
        Add("mass", 1000, 1, "tonne", "tonnes", "metric ton", "metric tons");
        Add("mass", 45359237, 100000000, "lb", "lbs", "pound", "pounds");
        Add("mass", 45359237, 1600000000, "oz", "ounce", "ounces");
        Add("mass", 90718474, 100000, "ton", "tons");
        Prefixed("time", 1, ["s"], ["second"]);
        Add("time", 1, 1, "sec", "secs");
        Add("time", 60, 1, "min", "minute", "minutes", "mins");
        Add("time", 3600, 1, "h", "hr", "hrs", "hour", "hours");
        Add("time", 86400, 1, "day", "days");
        Add("time", 604800, 1, "week", "weeks", "wk", "wks");
        Add("time", 1209600, 1, "fortnight", "fortnights");
        Add("time", 2628000, 1, "month", "months");
        Add("time", 31536000, 1, "year", "years", "yr", "yrs");
        Add("time", 315360000, 1, "decade", "decades");
        Add("time", 3153600000, 1, "century", "centuries");
        Add("money", 1, 1, "$", "dollar", "dollars", "usd", "us dollars", "u.s. dollars");
        Add("money", 1, 100, "cent", "cents", "¢", "penny", "pennies");
        Add("euro", 1, 1, "€", "euro", "euros", "eur");
        Add("sterling", 1, 1, "£", "gbp");
        Add("rupee", 1, 1, "₹", "rupee", "rupees", "rs");
        Add("yen", 1, 1, "¥", "yen");
        Add("yuan", 1, 1, "yuan");
        Add("lira", 1, 1, "lire", "lira");
        Add("peso", 1, 1, "peso", "pesos");
        AddPower("length", 3, 1, 1000, "l", "L", "liter", "liters", "litre", "litres");
        AddPower("length", 3, 1, 1000000, "ml", "milliliter", "milliliters", "millilitre", "millilitres", "cc");
        AddPower("length", 3, 3785411784, 1000000000000, "gallon", "gallons", "gal");
        AddPower("length", 3, 946352946, 1000000000000, "quart", "quarts", "qt");
        AddPower("length", 3, 473176473, 1000000000000, "pint", "pints");
        AddPower("length", 3, 2365882365, 10000000000000, "cup", "cups");
        AddPower("length", 2, 40468564224, 10000000, "acre", "acres");
        AddPower("length", 2, 10000, 1, "hectare", "hectares", "ha");
        AddProduct("length time^-1", 1609344, 3600000, "mph");
        AddProduct("length time^-1", 1000, 3600, "kph", "kmh", "kmph");
        AddProduct("length time^-1", 1852, 3600, "knot", "knots");
        AddProduct("mass length time^-2", 1, 1, "N", "newton", "newtons");
        AddProduct("mass length^2 time^-2", 1, 1, "J", "joule", "joules");
        AddProduct("mass length^2 time^-2", 1000, 1, "kj", "kilojoule", "kilojoules");
        AddProduct("mass length^2 time^-2", 4184, 1, "kcal", "kilocalorie", "kilocalories");
        AddProduct("mass length^2 time^-2", 4184, 1000, "cal", "calorie", "calories");
        Add("charge energy", 1, 1, "ev");
        Add("charge energy", 1000, 1, "kev");
        Add("charge energy", 1000000, 1, "mev");
        AddProduct("mass length^2 time^-3", 1, 1, "W", "watt", "watts");
        AddProduct("mass length^2 time^-3", 1000, 1, "kW", "kw", "kilowatt", "kilowatts");
        AddProduct("mass length^-1 time^-2", 1, 1, "Pa", "pascal", "pascals");
        AddProduct("time^-1", 1, 1, "hz", "hertz");
        Add("volt", 1, 1, "V", "volt", "volts");
        Add("ampere", 1, 1, "amp", "amps", "ampere", "amperes");
        Add("ohm", 1, 1, "ohm", "ohms");
        Add("kelvin", 1, 1, "K", "kelvin", "kelvins");
        Add("mole", 1, 1, "mol", "mole", "moles");
        Add("concentration", 1, 1, "molar");
        Add("information", 1, 1, "bit", "bits");
        Add("information", 8, 1, "byte", "bytes");
        Add("angle", 1, 1, "°", "degrees", "degree", "deg");
        Add("radian", 1, 1, "rad", "radian", "radians");
        Add("celsius", 1, 1, "°c", "degrees celsius", "celsius");
        Add("fahrenheit", 1, 1, "°f", "degrees fahrenheit", "fahrenheit");
        Add("morning", 1, 1, "am", "a.m");
        Add("afternoon", 1, 1, "pm", "p.m");
        return units.ToFrozenDictionary();

        void Add(string dimension, long top, long bottom, params string[] names) =>
            AddUnit(UnitDimension.Of(dimension, 1), new Rational(top, bottom), names);

        void AddPower(string dimension, int power, long top, long bottom, params string[] names) =>
            AddUnit(UnitDimension.Of(dimension, power), new Rational(top, bottom), names);

        void AddProduct(string product, long top, long bottom, params string[] names) =>
            AddUnit(UnitDimension.Parse(product), new Rational(top, bottom), names);

        void AddUnit(UnitDimension dimension, Rational size, string[] names)
        {
            foreach (string name in names) units[name] = new(dimension, size);
        }

        void Prefixed(string dimension, long bottom, string[] symbols, string[] names, long unit = 1)
        {
            (string Symbol, string Name, long Top, long Bottom)[] prefixes =
            [
                ("", "", 1, 1), ("k", "kilo", 1000, 1), ("d", "deci", 1, 10), ("c", "centi", 1, 100), ("m", "milli", 1, 1000),
                ("μ", "micro", 1, 1000000), ("n", "nano", 1, 1000000000), ("dam", "deca", 10, 1), ("hm", "hecto", 100, 1),
            ];
            foreach ((string symbol, string prefix, long top, long below) in prefixes)
            {
                if (symbol.Length < 2)
                {
                    foreach (string name in symbols) Add(dimension, top, below * bottom * unit, symbol + name);
                }
                foreach (string name in names) Add(dimension, top, below * bottom * unit, prefix + name, prefix + name + "s");
            }
        }
    }
}
