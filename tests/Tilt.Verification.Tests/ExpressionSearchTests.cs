using System.Globalization;
using System.Numerics;

namespace Tilt.Verification.Tests;

/// <summary>
/// Pairs of expressions that differ by a small edit, decided by exact values at many points, apart from the verifier's arithmetic.
/// </summary>
public sealed class ExpressionSearchTests
{
    private static readonly Verifier Verifier = new();

    private static readonly Quotient[] Points = [.. MakePoints()];

    [Fact]
    public void A_small_edit_that_changes_a_value_anywhere_is_never_accepted()
    {
        var random = new Random(5_150_211);
        int different = 0;
        for (int i = 0; i < 2_500; i++)
        {
            Expression first = Expression.Make(random, 3);
            Expression second = first.Edit(random);
            if (!Differ(first, second)) continue;
            different++;
            Assert.False(Verifier.Matches(first.Text, second.Text), $"{first.Text} ← {second.Text}");
        }
        Assert.True(different > 1_500, $"Only {different} pairs differ.");
    }

    [Fact]
    public void A_rewritten_expression_is_accepted()
    {
        var random = new Random(9_040_113);
        int accepted = 0;
        const int Pairs = 1_500;
        for (int i = 0; i < Pairs; i++)
        {
            Expression first = Expression.Make(random, 3);
            Expression second = first.Rewrite(random);
            Assert.False(Differ(first, second), $"The oracle tells {first.Text} and {second.Text} apart.");
            if (Verifier.Matches(first.Text, second.Text)) accepted++;
        }
        Assert.True(accepted >= Pairs * 0.99, $"Only {accepted} of {Pairs} rewritten expressions are accepted.");
    }

    private static bool Differ(Expression first, Expression second)
    {
        for (int i = 0; i < Points.Length; i += 2)
        {
            Quotient? a = first.Value(Points[i], Points[i + 1]);
            Quotient? b = second.Value(Points[i], Points[i + 1]);
            if (a is { } x && b is { } y && !x.Equals(y)) return true;
        }
        return false;
    }

    private static IEnumerable<Quotient> MakePoints()
    {
        var random = new Random(77);
        foreach (int scale in new[] { 1, 1, 1, 7, 60, 900, 40_000 })
        {
            for (int i = 0; i < 12; i++)
            {
                int sign = random.Next(2) == 0 ? -1 : 1;
                yield return new(sign * random.Next(1, (97 * scale) + 1), random.Next(3) == 0 ? 1 : 97);
            }
        }
        for (int i = 0; i < 8; i++) yield return new(random.Next(-9, 10), 10_007);
    }

    /// <summary>A rational number.</summary>
    private readonly record struct Quotient
    {
        public Quotient(BigInteger top, BigInteger bottom)
        {
            BigInteger divisor = BigInteger.GreatestCommonDivisor(top, bottom) * bottom.Sign;
            (Top, Bottom) = (top / divisor, bottom / divisor);
        }

        public BigInteger Top { get; }

        public BigInteger Bottom { get; }

        public BigInteger Floor => Top.Sign >= 0 ? Top / Bottom : -((-Top + Bottom - 1) / Bottom);
    }

    /// <summary>An expression in x and y over rationals, with absolute values, extrema and floors.</summary>
    private sealed record Expression(string Kind, int Number, Expression[] Parts)
    {
        public static Expression Make(Random random, int depth)
        {
            if (depth == 0 || random.Next(5) == 0)
                return random.Next(3) == 0 ? new("x", 0, []) : random.Next(4) == 0 ? new("y", 0, [])
                    : new("number", random.Next(1, 30), []);
            string kind = random.Next(12) switch
            {
                < 4 => "+",
                < 6 => "-",
                < 8 => "*",
                8 => "abs",
                9 => "square",
                10 => random.Next(2) == 0 ? "max" : "min",
                _ => "/"
            };
            Expression[] parts = kind is "abs" or "square" ? [Make(random, depth - 1)]
                : kind == "/" ? [Make(random, depth - 1), new("number", random.Next(2, 12), [])]
                : [Make(random, depth - 1), Make(random, depth - 1)];
            return new(kind, 0, parts);
        }

        public string Text => Kind switch
        {
            "number" => Number.ToString(CultureInfo.InvariantCulture),
            "x" or "y" => Kind,
            "abs" => $"\\left|{Parts[0].Text}\\right|",
            "root" => $"\\sqrt{{\\left({Parts[0].Text}\\right)^2}}",
            "square" => $"\\left({Parts[0].Text}\\right)^2",
            "max" or "min" => $"\\{Kind}({Parts[0].Text},{Parts[1].Text})",
            "/" => $"\\frac{{{Parts[0].Text}}}{{{Parts[1].Text}}}",
            "*" => $"\\left({Parts[0].Text}\\right)\\cdot\\left({Parts[1].Text}\\right)",
            _ => $"{Parts[0].Text}{Kind}\\left({Parts[1].Text}\\right)",
        };

        public Quotient? Value(Quotient x, Quotient y)
        {
            if (Kind == "number") return new(Number, 1);
            if (Kind is "x" or "y") return Kind == "x" ? x : y;
            if (Parts[0].Value(x, y) is not { } a) return null;
            if (Kind is "abs" or "root") return new(BigInteger.Abs(a.Top), a.Bottom);
            if (Kind == "square") return new(a.Top * a.Top, a.Bottom * a.Bottom);
            if (Parts[1].Value(x, y) is not { } b) return null;
            BigInteger cross = (a.Top * b.Bottom) - (b.Top * a.Bottom);
            return Kind switch
            {
                "+" => new((a.Top * b.Bottom) + (b.Top * a.Bottom), a.Bottom * b.Bottom),
                "-" => new(cross, a.Bottom * b.Bottom),
                "*" => new(a.Top * b.Top, a.Bottom * b.Bottom),
                "max" => cross.Sign >= 0 ? a : b,
                "min" => cross.Sign <= 0 ? a : b,
                _ => b.Top.IsZero ? null : new Quotient(a.Top * b.Bottom, a.Bottom * b.Top),
            };
        }

        /// <summary>The expression with one part changed a little.</summary>
        public Expression Edit(Random random)
        {
            if (Parts.Length > 0 && random.Next(3) > 0)
            {
                int at = random.Next(Parts.Length);
                Expression[] parts = [.. Parts];
                parts[at] = parts[at].Edit(random);
                return this with { Parts = parts };
            }
            return Kind switch
            {
                "number" => this with { Number = Number + 1 },
                "abs" or "square" or "max" or "min" => Parts[0],
                "+" => this with { Kind = "-" },
                "-" => random.Next(2) == 0 ? this with { Kind = "+" } : this with { Parts = [Parts[1], Parts[0]] },
                "x" => random.Next(2) == 0 ? new("y", 0, []) : new("abs", 0, [this]),
                _ => new("+", 0, [this, new("number", 1, [])]),
            };
        }

        /// <summary>The same value, written in another way.</summary>
        public Expression Rewrite(Random random)
        {
            Expression[] parts = Array.ConvertAll(Parts, part => part.Rewrite(random));
            Expression copy = this with { Parts = parts };
            return Kind switch
            {
                "+" or "*" or "max" or "min" when random.Next(2) == 0 => copy with { Parts = [parts[1], parts[0]] },
                "abs" => random.Next(2) == 0
                    ? copy with { Kind = "root" }
                    : copy with { Parts = [new("-", 0, [new("number", 0, []), parts[0]])] },
                "square" => new("*", 0, [parts[0], parts[0]]),
                "-" => new("+", 0, [parts[0], new("*", 0, [new("-", 0, [new("number", 0, []), new("number", 1, [])]), parts[1]])]),
                _ => copy,
            };
        }
    }
}
