using System.Numerics;

namespace Tilt.Acceptance.VerifierSearch.Terms;

/// <summary>What a term is.</summary>
internal enum TermKind
{
    /// <summary>A whole number, not negative.</summary>
    Whole,

    /// <summary>Value / 10^Scale, written as a decimal.</summary>
    Decimal,

    /// <summary>A letter.</summary>
    Letter,

    /// <summary>π.</summary>
    Pi,

    /// <summary>Euler's number.</summary>
    Euler,

    /// <summary>The imaginary unit.</summary>
    Imaginary,

    /// <summary>The negative of a term.</summary>
    Minus,

    /// <summary>A sum of two or more.</summary>
    Sum,

    /// <summary>A product of two or more.</summary>
    Product,

    /// <summary>Numerator, denominator.</summary>
    Quotient,

    /// <summary>A whole number and a proper fraction of whole numbers.</summary>
    Mixed,

    /// <summary>Base, exponent.</summary>
    Power,

    /// <summary>The root of a term; Scale is the index.</summary>
    Root,

    /// <summary>A named function.</summary>
    Call,

    /// <summary>The logarithm of the first term to the base of the second.</summary>
    Logarithm,

    /// <summary>n!</summary>
    Factorial,

    /// <summary>n over k.</summary>
    Binomial,

    /// <summary>The next whole number below.</summary>
    Floor,

    /// <summary>The next whole number above.</summary>
    Ceiling,

    /// <summary>The absolute value.</summary>
    Absolute,

    /// <summary>The sum over a letter (Name): from, to, body.</summary>
    Series,

    /// <summary>The product over a letter (Name): from, to, body.</summary>
    ProductSeries,
}

/// <summary>A mathematical expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Parts">Its operands.</param>
/// <param name="Name">Letter, function or index.</param>
/// <param name="Value">Value of a number.</param>
/// <param name="Scale">Decimal places, or the index of a root.</param>
internal sealed record Term(TermKind Kind, Term[] Parts, string Name = "", BigInteger Value = default, int Scale = 0)
{
    public static Term Pi { get; } = new(TermKind.Pi, []);

    public static Term Euler { get; } = new(TermKind.Euler, []);

    public static Term I { get; } = new(TermKind.Imaginary, []);

    public Term this[int index] => Parts[index];

    /// <summary>Whether this is a whole number, and which.</summary>
    public bool IsWhole(int value) => Kind == TermKind.Whole && Value == value;

    public static Term Number(BigInteger value) => value.Sign < 0 ? Minus(Number(-value)) : new(TermKind.Whole, [], Value: value);

    public static Term Decimal(BigInteger digits, int places) => new(TermKind.Decimal, [], Value: digits, Scale: places);

    public static Term Letter(string name) => new(TermKind.Letter, [], name);

    public static Term Minus(Term term) => new(TermKind.Minus, [term]);

    public static Term Sum(params Term[] terms) => terms.Length == 1 ? terms[0] : new(TermKind.Sum, terms);

    public static Term Product(params Term[] factors) => factors.Length == 1 ? factors[0] : new(TermKind.Product, factors);

    public static Term Quotient(Term numerator, Term denominator) => new(TermKind.Quotient, [numerator, denominator]);

    public static Term Power(Term value, Term exponent) => new(TermKind.Power, [value, exponent]);

    public static Term Power(Term value, int exponent) => exponent == 1 ? value : Power(value, Number(exponent));

    public static Term Root(Term radicand, int index = 2) => new(TermKind.Root, [radicand], Scale: index);

    public static Term Call(string name, params Term[] arguments) => new(TermKind.Call, arguments, name);

    public static Term Of(TermKind kind, params Term[] parts) => new(kind, parts);

    public static Term operator +(Term a, Term b) => Sum(a, b);

    public static Term operator -(Term a, Term b) => Sum(a, Minus(b));

    public static Term operator *(Term a, Term b) => Product(a, b);

    public static Term operator /(Term a, Term b) => Quotient(a, b);

    public static implicit operator Term(int value) => Number(value);

    /// <summary>How many terms this is made of.</summary>
    public int Count() => 1 + Parts.Sum(part => part.Count());

    /// <summary>This and everything in it, in order.</summary>
    public IEnumerable<Term> All() => Parts.SelectMany(part => part.All()).Prepend(this);

    /// <summary>The letters that are free in this.</summary>
    public SortedSet<string> Letters()
    {
        SortedSet<string> letters = new(StringComparer.Ordinal);
        Collect(this, "");
        return letters;

        void Collect(Term term, string bound)
        {
            bool series = term.Kind is TermKind.Series or TermKind.ProductSeries;
            if (term.Kind == TermKind.Letter && !bound.Contains("|" + term.Name + "|", StringComparison.Ordinal)) letters.Add(term.Name);
            foreach (Term part in term.Parts) Collect(part, series ? bound + "|" + term.Name + "|" : bound);
        }
    }

    /// <summary>A copy with the term at a place of <see cref="All"/> put through a change.</summary>
    public Term Replace(int place, Func<Term, Term> change)
    {
        if (place == 0) return change(this);
        place--;
        for (int i = 0; i < Parts.Length; i++)
        {
            int count = Parts[i].Count();
            if (place < count) return this with { Parts = [.. Parts[..i], Parts[i].Replace(place, change), .. Parts[(i + 1)..]] };
            place -= count;
        }

        throw new ArgumentOutOfRangeException(nameof(place));
    }

    /// <summary>A copy with a term in the place of a letter.</summary>
    public Term Substitute(string letter, Term term) => Kind == TermKind.Letter && Name == letter
        ? term
        : Parts.Length == 0 ? this : this with { Parts = [.. Parts.Select(part => part.Substitute(letter, term))] };
}
