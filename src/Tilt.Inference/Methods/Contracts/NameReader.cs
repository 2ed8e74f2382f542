using System.Globalization;
using System.Text.RegularExpressions;

namespace Tilt.Inference.Methods.Contracts;

/// <summary>Reads a method's name from left to right; words and numbers end at a dash or at the end of the name.</summary>
internal sealed partial class NameReader(string name)
{
    /// <summary>Where the next part begins.</summary>
    public int Position { get; set; }

    public bool AtEnd => Position == name.Length;

    public bool Dash()
    {
        if (AtEnd || name[Position] != '-') return false;
        Position++;
        return true;
    }

    public bool Word(string word)
    {
        int end = Position + word.Length;
        if (string.CompareOrdinal(name, Position, word, 0, word.Length) != 0 || (end < name.Length && name[end] != '-')) return false;
        Position = end;
        return true;
    }

    /// <exception cref="ArgumentException">The number is too large.</exception>
    public int? Whole()
    {
        Match match = WholeNumber().Match(name, Position);
        if (!match.Success) return null;
        Position += match.Length;
        return int.TryParse(match.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new ArgumentException($"{match.Value} is too large a number; at most {int.MaxValue} can be read.");
    }

    public double? Real()
    {
        Match match = RealNumber().Match(name, Position);
        if (!match.Success) return null;
        Position += match.Length;
        return double.Parse(match.ValueSpan, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\G[0-9]+(?=-|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex WholeNumber();

    [GeneratedRegex(@"\G-?[0-9]+(?:\.[0-9]+)?(?=-|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex RealNumber();
}
