using System.Globalization;
using Tilt.HuggingFace.Tokenizers.Unicode;

namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>A set of code points: ranges and general categories, or all but these, or the union of such sets.</summary>
internal sealed class CodePointSet
{
    private readonly (int First, int Last)[] _ranges;
    private readonly uint _categories;
    private readonly CodePointSet[] _parts;
    private readonly bool _negated;
    private readonly UInt128 _ascii;

    private CodePointSet((int First, int Last)[] ranges, uint categories, CodePointSet[] parts, bool negated)
    {
        (this._ranges, this._categories, this._parts, this._negated) = (ranges, categories, parts, negated);
        for (int point = 0; point < 128; point++)
            if (Evaluate(point)) _ascii |= UInt128.One << point;
    }

    /// <summary>What <c>\s</c> matches.</summary>
    public static CodePointSet WhiteSpace { get; } = new([(0x09, 0x0D), (0x85, 0x85)], MaskOf("Z"), [], false);

    /// <summary>What <c>\d</c> matches.</summary>
    public static CodePointSet Digit { get; } = new([], MaskOf("Nd"), [], false);

    /// <summary>What <c>\w</c> matches in Oniguruma: also superscript digits and fractions of Latin-1 and circled letters.</summary>
    public static CodePointSet Word { get; } = new(
        [(0xB2, 0xB3), (0xB9, 0xB9), (0xBC, 0xBE), (0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189)],
        MaskOf("L") | MaskOf("M") | MaskOf("Nd") | MaskOf("Nl") | MaskOf("Pc"), [], false);

    /// <summary>What a dot matches.</summary>
    public static CodePointSet NotLineFeed { get; } = new([('\n', '\n')], 0, [], true);

    /// <summary>The only code point of the set, where it was made of one.</summary>
    public int? Single =>
        _ranges is [var range] && range.First == range.Last && _categories == 0 && _parts.Length == 0 && !_negated ? range.First : null;

    /// <summary>The code points from one to another.</summary>
    public static CodePointSet Range(int first, int last) => new([(first, last)], 0, [], false);

    /// <summary>A general category by its one-letter or two-letter name, or null where there is none of that name.</summary>
    public static CodePointSet? Category(string name) => MaskOf(name) is var mask and not 0 ? new([], mask, [], false) : null;

    /// <summary>What at least one of the sets holds.</summary>
    public static CodePointSet Union(IEnumerable<CodePointSet> sets) =>
        sets.ToArray() is [var single] ? single : new([], 0, [.. sets], false);

    /// <summary>All other code points.</summary>
    public CodePointSet Complement() => new(_ranges, _categories, _parts, !_negated);

    /// <summary>The set with both cases of its ASCII letters, and what Unicode folds to them: the long s and the Kelvin sign.</summary>
    /// <exception cref="FormatException">Case matters to the set beyond ASCII.</exception>
    public CodePointSet IgnoringCase()
    {
        if (_parts.Length > 0) return new([], 0, [.. _parts.Select(part => part.IgnoringCase())], _negated);
        if (_categories is not 0 && (_categories & MaskOf("L")) is not 0 and var letters && letters != MaskOf("L"))
            throw new FormatException("kinds of letters within (?i: …)");
        var folded = new List<(int, int)>(_ranges);
        foreach ((int first, int last) in _ranges)
        {
            if (last > 127 && (first != last || CodePoint.CategoryOf(first) <= UnicodeCategory.OtherLetter))
                throw new FormatException("letters beyond ASCII within (?i: …)");
            for (int point = first; point <= Math.Min(last, 127); point++)
            {
                if (!char.IsAsciiLetter((char)point)) continue;
                folded.Add((point ^ 0x20, point ^ 0x20));
                if ((point | 0x20) == 's') folded.Add((0x17F, 0x17F));
                if ((point | 0x20) == 'k') folded.Add((0x212A, 0x212A));
            }
        }
        return new([.. folded], _categories, [], _negated);
    }

    /// <summary>Whether the set holds a code point.</summary>
    public bool Contains(int point) => point < 128 ? ((_ascii >> point) & 1) != 0 : Evaluate(point);

    private bool Evaluate(int point)
    {
        bool found = _categories != 0 && ((_categories >> (int)CodePoint.CategoryOf(point)) & 1) != 0;
        foreach ((int first, int last) in _ranges) found |= point >= first && point <= last;
        foreach (CodePointSet part in _parts) found |= part.Contains(point);
        return found != _negated;
    }

    private static uint MaskOf(string name)
    {
        // In the order of UnicodeCategory.
        const string Names = "LuLlLtLmLoMnMcMeNdNlNoZsZlZpCcCfCsCoPcPdPsPePiPfPoSmScSkSoCn";
        uint mask = 0;
        for (int category = 0; 2 * category < Names.Length; category++)
            if (Names.AsSpan(2 * category, 2).StartsWith(name, StringComparison.Ordinal)) mask |= 1u << category;
        return name.Length is 1 or 2 ? mask : 0;
    }
}
