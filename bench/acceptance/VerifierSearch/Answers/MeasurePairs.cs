using System.Globalization;
using Tilt.Acceptance.VerifierSearch.Edits;
using Tilt.Acceptance.VerifierSearch.Generation;
using Tilt.Acceptance.VerifierSearch.Oracle;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Answers;

/// <summary>Values with units, percentages, angles.</summary>
internal static class MeasurePairs
{
    // Name, what is measured, size as a multiple of the smallest unit here.
    private static readonly (string[] Names, string Dimension, decimal Size)[] Units =
    [
        (["mm", "millimeters"], "length", 1), (["cm", "centimeters", "centimetres"], "length", 10),
        (["m", "meters", "metres"], "length", 1_000), (["km", "kilometers"], "length", 1_000_000),
        (["decimeters"], "length", 100), (["inches"], "length", 25.4m), (["ft", "feet"], "length", 304.8m), (["yards"], "length", 914.4m),
        (["miles"], "length", 1_609_344),
        (["g", "grams"], "mass", 1), (["kg", "kilograms"], "mass", 1_000),
        (["seconds", "s"], "time", 1), (["minutes", "min"], "time", 60), (["hours", "h"], "time", 3_600), (["days"], "time", 86_400),
        (["weeks"], "time", 604_800),
        (["\\text{cm}^2", "square centimeters"], "area", 1), (["\\text{m}^2", "square meters"], "area", 10_000),
        (["\\text{cm}^3", "cubic centimeters"], "volume", 1), (["\\text{m}^3", "cubic meters"], "volume", 1_000_000),
        (["km/h"], "speed", 1_000), (["m/s"], "speed", 3_600),
        (["dollars"], "money", 100), (["cents"], "money", 1),
        (["apples"], "apples", 1), (["ways"], "ways", 1),
    ];

    public static Pair? Different(Draws draws)
    {
        Term value = Value(draws);
        var (names, dimension, size) = draws.Pick<(string[], string, decimal)>(Units);
        string gold = Text(value, Spelling.Plain), unit = Unit(draws.Pick<string>(names), draws);
        switch (draws.Below(6))
        {
            case 0 or 1:
                var other = draws.Pick<(string[] Names, string Dimension, decimal Size)>(Units);
                // Two different things that are merely counted are told apart by few graders.
                if (other.Dimension == dimension && other.Size == size || IsCount(dimension) && IsCount(other.Dimension)
                    || value.IsWhole(0))
                    return null;
                return new("measure", "unit", gold + unit, Text(value, new(draws)) + Unit(draws.Pick<string>(other.Names), draws));
            case 2:
                if (TermEdit.Make(value, draws) is not var (rule, edited) || edited.Letters().Count > 0
                    || Comparison.Of(value, edited, draws, Effort.Proof) != Finding.Different)
                    return null;
                return new("measure", rule, gold + unit, Text(edited, new(draws)) + unit);
            case 3:
                int percent = draws.Between(1, 99), wrong = percent + draws.Between(1, 40);
                // Written with three places, ten times as much is the same.
                if (wrong == 10 * percent) wrong++;
                return new("percentage", "number", percent + "\\%",
                    draws.Pick($"{wrong}\\%", $"{wrong}", $"0.{wrong:000}", $"{percent / 100m * percent / 100m + 1m}"));
            case 4:
                int angle = draws.Between(1, 359);
                return new("angle", "number", angle + "^\\circ",
                    draws.Pick($"{angle + draws.Between(1, 20)}^\\circ", $"-{angle}^\\circ",
                        $"\\frac{{{angle}\\pi}}{{{draws.Pick(90, 360, 181)}}}", $"{angle}^\\circ {draws.Between(1, 59)}'"));
            default:
                int whole = draws.Between(2, 12), rest = draws.Between(1, 59);
                string minutes = (whole * 60 + rest + draws.Between(1, 9)).ToString(CultureInfo.InvariantCulture);
                return new("time", "sum of units",
                    draws.Pick(minutes + "\\text{ minutes}", (whole * rest).ToString(CultureInfo.InvariantCulture)),
                    $"{whole}\\text{{ hours }} {rest} \\text{{ minutes}}");
        }
    }

    public static Pair? Equal(Draws draws)
    {
        Term value = Value(draws);
        var (names, dimension, size) = draws.Pick<(string[], string, decimal)>(Units);
        string gold = Text(value, Spelling.Plain), name = draws.Pick<string>(names);
        switch (draws.Below(5))
        {
            case 0:
                return new("measure", "unit in another spelling", gold + Unit(name, draws),
                    Text(value, new(draws)) + Unit(draws.Pick<string>(names), draws));
            case 1:
                return new("measure", "unit left out", gold + Unit(name, draws), Text(value, new(draws)));
            case 2:
                var other = draws.Pick<(string[] Names, string Dimension, decimal Size)>(Units);
                if (other.Dimension != dimension || IsCount(dimension)) return null;
                int whole = draws.Between(1, 60);
                decimal converted = whole * size / other.Size;
                if (converted.Scale > 6) return null;
                return new("measure", "unit converted", whole + Unit(name, draws),
                    (converted / 1.000000000000000000000m).ToString(CultureInfo.InvariantCulture)
                    + Unit(draws.Pick<string>(other.Names), draws));
            case 3:
                int percent = draws.Between(1, 199);
                return new("percentage", "percentage in another form", percent + "\\%",
                    draws.Pick($"{percent}\\%", $"{percent / 100m:0.00}", $"\\frac{{{percent}}}{{100}}", $"{percent} \\%",
                        $"{percent}\\text{{ percent}}", $"{percent}.0\\%"));
            default:
                int angle = draws.Between(1, 359);
                return new("angle", "angle in another form", angle + "^\\circ",
                    draws.Pick($"{angle}^{{\\circ}}", $"{angle}", $"\\frac{{{angle}\\pi}}{{180}}", $"{angle}°",
                        $"{angle}\\text{{ degrees}}"));
        }
    }

    private static bool IsCount(string dimension) => dimension is "apples" or "ways";

    private static Term Value(Draws draws)
    {
        NumberTerms numbers = new(draws);
        return draws.Below(5) switch
        {
            0 => draws.Between(2, 9) * Term.Root(draws.Pick(2, 3, 5, 6, 7)),
            1 => draws.Between(2, 40) * Term.Pi,
            2 => Term.Quotient(draws.Size(6), numbers.Small()),
            3 => Term.Decimal(draws.Size(10) * 10 + 5, 2),
            _ => draws.Size(10)
        };
    }

    private static string Text(Term value, Spelling spelling) => TermWriter.Write(value, spelling);

    private static string Unit(string name, Draws draws) => name[0] == '\\'
        ? draws.Pick(" ", "\\,", "\\ ") + name
        : draws.Pick($"\\text{{ {name}}}", $" \\text{{ {name}}}", $"\\,\\text{{{name}}}",
            $"\\ \\mathrm{{{name.Replace(" ", "\\ ", StringComparison.Ordinal)}}}");
}
