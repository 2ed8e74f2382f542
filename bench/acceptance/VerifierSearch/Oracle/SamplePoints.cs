using System.Numerics;
using Tilt.Acceptance.VerifierSearch.Arithmetic;
using Tilt.Acceptance.VerifierSearch.Terms;

namespace Tilt.Acceptance.VerifierSearch.Oracle;

/// <summary>
/// Points at which two terms are compared. Letters that usually stand for counts get whole numbers that are not negative, and so do
/// all letters below a floor, a factorial or a binomial: a pair that differs elsewhere only is nobody's wrong answer.
/// </summary>
internal sealed class SamplePoints
{
    private static readonly HashSet<string> Counting = ["n", "k", "m", "j", "N", "M"];

    private readonly SortedSet<string> _letters;
    private readonly Draws _draws;
    private readonly bool _whole;
    private readonly int[] _numbers;

    public SamplePoints(SortedSet<string> letters, Term first, Term second, Draws draws)
    {
        _letters = letters;
        _draws = draws;
        Term[] all = [.. first.All(), .. second.All()];
        _whole = all.Any(term => term.Kind is TermKind.Floor or TermKind.Ceiling or TermKind.Factorial or TermKind.Binomial
            or TermKind.Series or TermKind.ProductSeries && term.Letters().Count > 0);
        // A power of a negative number is a sequence.
        _whole |= all.Any(term => term.Kind == TermKind.Power && term[0].Kind == TermKind.Minus && term[1].Letters().Count > 0);
        // The break points of a term lie near its numbers.
        _numbers = [.. all.Where(term => term.Kind == TermKind.Whole && term.Value < 1 << 20).Select(term => (int)term.Value).Distinct()];
    }

    public Dictionary<string, Enclosure> Draw(int number)
    {
        Dictionary<string, Enclosure> point = new(StringComparer.Ordinal);
        foreach (string letter in _letters)
        {
            bool counting = Counting.Contains(letter);
            Dyadic value = _whole || counting ? Dyadic.Of(WholeNumber()) : Fraction();
            bool negative = number % 2 == 1 ? _draws.Chance(0.75) : _draws.Chance(0.25);
            point[letter] = Enclosure.Of(negative && !counting ? -value : value);
        }

        return point;
    }

    private BigInteger WholeNumber()
    {
        if (_numbers.Length == 0 || _draws.Chance(0.5)) return _draws.Size(8);
        int number = _numbers[_draws.Below(_numbers.Length)];
        return BigInteger.Max(0, number * _draws.Pick(1, 1, 2, 3) + _draws.Between(-2, 2));
    }

    // Twelve random bits at a magnitude from 1/100 to 100, or near one of the numbers.
    private Dyadic Fraction()
    {
        if (_numbers.Length > 0 && _draws.Chance(0.4))
            return new(((BigInteger)_numbers[_draws.Below(_numbers.Length)] << 8) + _draws.Between(-255, 255), -8);
        return new(2048 + _draws.Below(2048), -11 + _draws.Between(-7, 7));
    }
}
