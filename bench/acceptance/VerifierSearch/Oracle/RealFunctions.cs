using Tilt.Acceptance.VerifierSearch.Arithmetic;

namespace Tilt.Acceptance.VerifierSearch.Oracle;

/// <summary>Named functions of one real number.</summary>
internal static class RealFunctions
{
    public static Enclosure? Of(string name, Enclosure x, int bits) => name switch
    {
        "sin" => Elementary.Sin(x, bits),
        "cos" => Elementary.Cos(x, bits),
        "tan" => Ratio(Elementary.Sin(x, bits + 8), Elementary.Cos(x, bits + 8), bits),
        "cot" => Ratio(Elementary.Cos(x, bits + 8), Elementary.Sin(x, bits + 8), bits),
        "sec" => Ratio(Enclosure.One, Elementary.Cos(x, bits + 8), bits),
        "csc" => Ratio(Enclosure.One, Elementary.Sin(x, bits + 8), bits),
        "arcsin" => Arcsin(x, bits),
        "arccos" => Arcsin(x, bits) is { } angle ? Half(Elementary.Pi(bits)).Subtract(angle, bits) : null,
        "arctan" => Elementary.Arctan(x, bits),
        "ln" => Elementary.Ln(x, bits),
        "exp" => Elementary.Exp(x, bits),
        "sinh" => Exponentials(x, bits) is var (up, down) ? Half(up.Subtract(down, bits)) : null,
        "cosh" => Exponentials(x, bits) is var (up, down) ? Half(up.Add(down, bits)) : null,
        "tanh" => Exponentials(x, bits) is var (up, down) ? up.Subtract(down, bits).Divide(up.Add(down, bits), bits) : null,
        "sgn" => x.Low.Sign > 0 ? Enclosure.One : x.High.Sign < 0 ? Enclosure.One.Negate() : x.IsZero ? Enclosure.Zero : null,
        _ => null,
    };

    private static Enclosure? Ratio(Enclosure? top, Enclosure? bottom, int bits) =>
        top is null || bottom is null ? null : top.Divide(bottom, bits);

    private static Enclosure Half(Enclosure x) =>
        new(x.Low with { Exponent = x.Low.Exponent - 1 }, x.High with { Exponent = x.High.Exponent - 1 });

    private static Enclosure? Arcsin(Enclosure x, int bits)
    {
        if (x.SmallWhole(1) is { } end)
            return end == 0 ? Enclosure.Zero : end > 0 ? Half(Elementary.Pi(bits)) : Half(Elementary.Pi(bits)).Negate();
        return Roots.Of(Enclosure.One.Subtract(x.Multiply(x, bits + 16), bits + 16), 2, bits) is { } leg
            && x.Divide(leg, bits) is { } tangent ? Elementary.Arctan(tangent, bits) : null;
    }

    private static (Enclosure Up, Enclosure Down)? Exponentials(Enclosure x, int bits) =>
        Elementary.Exp(x, bits) is { } up && Elementary.Exp(x.Negate(), bits) is { } down ? (up, down) : null;
}
