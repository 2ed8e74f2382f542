using Tilt.Acceptance.VerifierSearch.Edits;
using Tilt.Acceptance.VerifierSearch.Generation;
using Tilt.Acceptance.VerifierSearch.Oracle;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Answers;

/// <summary>Equations: a letter or function given by a term, lines, circles.</summary>
internal static class EquationPairs
{
    public static Pair? Different(Draws draws)
    {
        switch (draws.Below(3))
        {
            case 0:
                Term made = new LetterTerms(draws, ["x"]).Any().Term;
                if (TermEdit.Make(made, draws) is not var (rule, edited) || edited.Count() > 40 || edited.Letters().Contains("y"))
                    return null;
                if (Comparison.Of(made, edited, draws, Effort.Proof) != Finding.Different) return null;
                return new("equation of a function", rule, Function(made, Spelling.Plain, draws), Function(edited, new(draws), draws));
            case 1:
                Line line = Line.Draw(draws), other = line.Edit(draws);
                return line.IsSameAs(other) ? null : new("line", "coefficient", line.Write(draws), other.Write(draws));
            default:
                Circle circle = Circle.Draw(draws), changed = circle.Edit(draws);
                return circle == changed ? null : new("circle", "coefficient", circle.Write(draws), changed.Write(draws));
        }
    }

    public static Pair? Equal(Draws draws)
    {
        switch (draws.Below(3))
        {
            case 0:
                Term made = new LetterTerms(draws, ["x"]).Any().Term;
                if (EqualPairs.Rewritten(made, draws) is not var (rule, other)
                    || Comparison.Of(made, other, draws, Effort.Check) != Finding.Together)
                    return null;
                return new("equation of a function", rule, "y=" + TermWriter.Write(made, Spelling.Plain),
                    "y = " + TermWriter.Write(other, new(draws)));
            case 1:
                Line line = Line.Draw(draws);
                return new("line", "another form of a line", line.Write(draws), line.Write(draws));
            default:
                Circle circle = Circle.Draw(draws);
                return new("circle", "another form of a circle", circle.Write(draws), circle.Write(draws));
        }
    }

    private static string Function(Term term, Spelling spelling, Draws draws) => draws.Chance(0.8)
        ? "y=" + TermWriter.Write(term, spelling)
        : draws.Between(2, 5) is var n ? $"{n}y={TermWriter.Write(Term.Product(n, term), spelling)}" : "";

    /// <summary>ax + by = c.</summary>
    private sealed record Line(int A, int B, int C)
    {
        public static Line Draw(Draws draws) => new(draws.Between(1, 9), draws.Between(1, 9) * draws.Pick(-1, 1), draws.Between(-20, 20));

        public Line Edit(Draws draws) => draws.Below(6) switch
        {
            0 => this with { A = A + 1 },
            1 => this with { B = -B },
            2 => this with { C = C + draws.Between(1, 3) },
            3 => this with { C = -C },
            4 => this with { A = B, B = A },
            _ => this with { B = B + 1 == 0 ? 2 : B + 1 },
        };

        public bool IsSameAs(Line other) => A * other.B == B * other.A && A * other.C == C * other.A && B * other.C == C * other.B;

        public string Write(Draws draws)
        {
            Term x = Term.Letter("x"), y = Term.Letter("y"), zero = 0;
            int factor = draws.Pick(1, 1, 1, 2, 3, -1);
            (int a, int b, int c) = (A * factor, B * factor, C * factor);
            (Term left, Term right) = draws.Below(5) switch
            {
                0 => (Times(a, x) + Times(b, y), Term.Number(c)),
                1 => (Term.Sum(Times(a, x), Times(b, y), Term.Number(-c)), zero),
                2 => (Times(b, y), Times(-a, x) + Term.Number(c)),
                3 => (Times(a, x), Term.Number(c) + Times(-b, y)),
                _ => (y, (Term.Number(-a) / Term.Number(b) * x) + Term.Number(c) / Term.Number(b)),
            };
            return $"{TermWriter.Write(left, Spelling.Plain)} = {TermWriter.Write(right, Spelling.Plain)}";
        }

        private static Term Times(int factor, Term letter) =>
            factor < 0 ? Term.Minus(Times(-factor, letter)) : factor == 1 ? letter : factor * letter;
    }

    /// <summary>(x − a)² + (y − b)² = s.</summary>
    private sealed record Circle(int A, int B, int Square)
    {
        public static Circle Draw(Draws draws) => new(draws.Between(-9, 9), draws.Between(-9, 9), draws.Between(1, 40));

        public Circle Edit(Draws draws) => draws.Below(4) switch
        {
            0 => this with { A = -A },
            1 => this with { A = B, B = A },
            2 => this with { Square = Square + 1 },
            _ => this with { B = B + 1 },
        };

        public string Write(Draws draws)
        {
            Term x = Term.Letter("x"), y = Term.Letter("y");
            if (draws.Chance(0.5))
                return $"{TermWriter.Write(Term.Power(x - Term.Number(A), 2) + Term.Power(y - Term.Number(B), 2), Spelling.Plain)} "
                    + $"= {Square}";
            Term all = Term.Sum(Term.Power(x, 2), Term.Power(y, 2), Term.Product(-2 * A, x), Term.Product(-2 * B, y),
                Term.Number(A * A + B * B - Square));
            return $"{TermWriter.Write(all, Spelling.Plain)} = 0";
        }
    }
}
