using System.Globalization;

namespace Tilt.Acceptance.VerifierSearch.Terms;

/// <summary>Writes a term in LaTeX that has one reading.</summary>
/// <param name="spelling">Which of the ways to write it.</param>
/// <param name="bareThousands">Whether thousands may be separated by plain commas, as in a number that stands alone.</param>
internal sealed class TermWriter(Spelling spelling, bool bareThousands = false)
{
    private const string Gap = "\u0001";

    // How tightly a text holds together; what stands in a tighter place gets brackets.
    private const int InSum = 0, InProduct = 1, AsFactor = 2, AsAtom = 3;

    private bool _barsTaken;

    /// <summary>The text of a term, ready to be read.</summary>
    public static string Write(Term term, Spelling spelling) => spelling.Finish(new TermWriter(spelling).Text(term));

    /// <summary>The text of a term, with gaps where space may stand.</summary>
    public string Text(Term term) => Write(term, InSum);

    private string Write(Term term, int place)
    {
        (string text, int strength) = Form(term);
        return strength < place ? spelling.Bracket("(", text, ")") : text;
    }

    private (string Text, int Strength) Form(Term term) => term.Kind switch
    {
        TermKind.Whole => (Whole(term), AsAtom),
        TermKind.Decimal => (DecimalText(term), AsAtom),
        TermKind.Letter => (LetterText(term.Name), AsAtom),
        TermKind.Pi => (spelling.Pick(Habit.Signs, "\\pi", "π"), AsAtom),
        TermKind.Euler => ("e", AsAtom),
        TermKind.Imaginary => ("i", AsAtom),
        TermKind.Minus => (Sign("-") + Gap + Write(term[0], InProduct), InSum),
        TermKind.Sum => (SumText(term), InSum),
        TermKind.Product => (ProductText(term), InProduct),
        TermKind.Quotient => QuotientText(term),
        TermKind.Mixed => (Write(term[0], AsAtom) + $"\\frac{{{Text(term[1])}}}{{{Text(term[2])}}}", InSum),
        TermKind.Power => PowerText(term),
        TermKind.Root => (RootText(term), AsFactor),
        TermKind.Call => CallText(term, ""),
        TermKind.Logarithm => ($"\\log_{{{Text(term[1])}}}" + Argument(term[0]), AsFactor),
        TermKind.Factorial => (Write(term[0], AsAtom) + "!", AsFactor),
        TermKind.Binomial => (BinomialText(term), AsFactor),
        TermKind.Floor => (Round("\\lfloor", term[0], "\\rfloor"), AsAtom),
        TermKind.Ceiling => (Round("\\lceil", term[0], "\\rceil"), AsAtom),
        TermKind.Absolute => (Bars(term[0]), AsAtom),
        _ => ($"{(term.Kind == TermKind.Series ? "\\sum" : "\\prod")}_{{{term.Name}={Text(term[0])}}}^{{{Text(term[1])}}} "
            + $"{Write(term[2], AsFactor)}", -1),
    };

    private string Whole(Term term)
    {
        string digits = term.Value.ToString(CultureInfo.InvariantCulture);
        if (digits.Length < 4 || !spelling.Takes(Habit.Thousands)) return digits;
        string separator = bareThousands ? spelling.Pick(Habit.Thousands, ",", "{,}", "\\,", "\\!,") : "{,}";
        int head = (digits.Length + 2) % 3 + 1;
        return string.Join(separator,
            Enumerable.Range(0, (digits.Length - head) / 3).Select(i => digits.Substring(head + 3 * i, 3)).Prepend(digits[..head]));
    }

    private static string DecimalText(Term term)
    {
        string digits = term.Value.ToString(CultureInfo.InvariantCulture).PadLeft(term.Scale + 1, '0');
        return term.Scale == 0 ? digits : $"{digits[..^term.Scale]}.{digits[^term.Scale..]}";
    }

    private string LetterText(string name) => name.IndexOf('_', StringComparison.Ordinal) is > 0 and var mark
        ? name[..mark] + "_" + (spelling.Takes(Habit.Exponents) ? name[(mark + 1)..] : $"{{{name[(mark + 1)..]}}}")
        : name;

    private string Sign(string minus) => spelling.Pick(Habit.Signs, minus, "−");

    private string SumText(Term sum)
    {
        string text = Write(sum[0], sum[0].Kind == TermKind.Minus ? InSum : InProduct);
        foreach (Term part in sum.Parts[1..])
        {
            text += part.Kind == TermKind.Minus
                ? $"{Gap}{Sign("-")}{Gap}{Write(part[0], InProduct)}"
                : $"{Gap}+{Gap}{Write(part, InProduct)}";
        }

        return text;
    }

    private string ProductText(Term product)
    {
        string text = "";
        Term? before = null;
        foreach (Term factor in product.Parts)
        {
            string next = Write(factor, AsFactor);
            if (before is not null) text += Joint(before, text, factor, next);
            text += next;
            before = factor;
        }

        return text;
    }

    private string Joint(Term before, string left, Term factor, string right)
    {
        bool apart = char.IsAsciiDigit(right[0]) || right[0] == '.'
            || before.Kind is TermKind.Whole or TermKind.Decimal && factor.Kind is TermKind.Quotient or TermKind.Binomial
            || before.Kind is TermKind.Logarithm or TermKind.Call || left[^1] == '!'
            || before.Kind == TermKind.Letter && right[0] is '(' or '\\'
                && factor.Kind is not (TermKind.Letter or TermKind.Root or TermKind.Pi)
            || before.Kind == TermKind.Root && char.IsAsciiDigit(left[^1])
            || left.Contains('|', StringComparison.Ordinal) && right[0] == '|';
        if (apart || spelling.Takes(Habit.Products)) return Gap + spelling.Pick(Habit.Products, "\\cdot", "\\times", "\\cdot", "*") + " ";
        return char.IsLetter(left[^1]) && char.IsLetter(right[0]) ? " " : Gap;
    }

    private (string, int) QuotientText(Term quotient)
    {
        (Term numerator, Term denominator) = (quotient[0], quotient[1]);
        string top = Text(numerator), bottom = Text(denominator);
        if (spelling.Takes(Habit.ShortArguments) && numerator.Kind == TermKind.Whole && top.Length == 1 && bottom.Length == 1
            && denominator.Kind is TermKind.Whole or TermKind.Letter)
            return ($"{Fraction()}{(char.IsAsciiDigit(top[0]) ? "" : " ")}{top}{bottom}", AsFactor);
        return spelling.Pick(Habit.Fractions, "frac", "frac", "slash", "over", "dfrac") switch
        {
            "slash" => ($"{Write(numerator, AsFactor)}{Gap}/{Gap}{Write(denominator, AsAtom)}", InSum),
            "over" => ($"{{{top} \\over {bottom}}}", AsFactor),
            _ => ($"{Fraction()}{{{top}}}{{{bottom}}}", AsFactor),
        };
    }

    private string Fraction() => spelling.Pick(Habit.Fractions, "\\frac", "\\dfrac", "\\tfrac", "\\cfrac");

    private (string, int) PowerText(Term power)
    {
        Term value = power[0], exponent = power[1];
        if (value.Kind == TermKind.Euler && spelling.Takes(Habit.Names))
            return ("\\exp" + spelling.Bracket("(", Text(exponent), ")"), AsFactor);
        string raised = Text(exponent);
        string script = raised.Length == 1 && spelling.Takes(Habit.Exponents) ? "^" + raised : $"^{{{raised}}}";
        return value.Kind == TermKind.Call && value.Parts.Length == 1 && exponent.Kind == TermKind.Whole && exponent.Value > 1
            && value.Name is "sin" or "cos" or "tan"
            ? CallText(value, script)
            : (Write(value, AsAtom) + script, AsFactor);
    }

    private string RootText(Term root)
    {
        string inner = Text(root[0]);
        if (root.Scale != 2) return $"\\sqrt[{root.Scale}]{{{inner}}}";
        return inner.Length == 1 && char.IsAsciiDigit(inner[0]) && spelling.Takes(Habit.ShortArguments)
            ? "\\sqrt" + inner
            : $"\\sqrt{{{inner}}}";
    }

    private (string, int) CallText(Term call, string power)
    {
        string name = call.Name is "sgn" ? "\\operatorname{sgn}" : "\\" + call.Name;
        return (call.Parts.Length == 1
            ? name + power + Argument(call[0])
            : name + spelling.Bracket("(", string.Join("," + Gap, call.Parts.Select(Text)), ")"), AsFactor);
    }

    // A lone letter or number needs no brackets.
    private string Argument(Term argument) =>
        argument.Kind is TermKind.Letter or TermKind.Whole or TermKind.Pi && spelling.Takes(Habit.Arguments)
            ? " " + Text(argument)
            : spelling.Bracket("(", Text(argument), ")");

    private string BinomialText(Term binomial) => spelling.Pick(Habit.Binomials, "binom", "dbinom", "tbinom", "choose") switch
    {
        "choose" => $"{{{Text(binomial[0])} \\choose {Text(binomial[1])}}}",
        var command => $"\\{command}{{{Text(binomial[0])}}}{{{Text(binomial[1])}}}",
    };

    private string Round(string open, Term inner, string close)
    {
        string text = Text(inner);
        return spelling.Takes(Habit.Delimiters) ? $"\\left{open} {text}\\right{close} " : $"{open} {text}{close} ";
    }

    // Plain bars have one reading only where there is one pair of them.
    private string Bars(Term inner)
    {
        bool plain = !_barsTaken && !inner.All().Any(part => part.Kind == TermKind.Absolute) && spelling.Takes(Habit.Bars);
        _barsTaken |= plain;
        string text = Text(inner);
        return plain
            ? $"|{text}|"
            : spelling.Pick(Habit.Bars, $"\\left|{text}\\right|", $"\\lvert {text}\\rvert ", $"\\left\\lvert {text}\\right\\rvert ");
    }
}
