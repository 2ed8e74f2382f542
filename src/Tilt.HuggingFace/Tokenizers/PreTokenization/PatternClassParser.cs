using Tilt.HuggingFace.Tokenizers.Unicode;

namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>Reads a class in square brackets. Classes within classes and intersections are refused.</summary>
internal sealed class PatternClassParser(string pattern)
{
    /// <summary>The set, from behind the opening bracket; moves behind the closing one.</summary>
    /// <exception cref="FormatException">The class is malformed or not supported.</exception>
    public CodePointSet Parse(ref int at)
    {
        bool negated = at < pattern.Length && pattern[at] == '^';
        if (negated) at++;
        var sets = new List<CodePointSet>();
        while (true)
        {
            if (at >= pattern.Length) throw new FormatException("a class without an end");
            if (pattern[at] == ']' && sets.Count > 0) break;
            if (pattern[at] is '[' or ']' || string.CompareOrdinal(pattern, at, "&&", 0, 2) == 0)
                throw new FormatException("a bracket or an intersection within a class");
            CodePointSet item = Item(ref at, out int? point);
            if (point is { } first && at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
                item = RangeFrom(first, ref at);
            sets.Add(item);
        }
        at++;
        CodePointSet union = CodePointSet.Union(sets);
        return negated ? union.Complement() : union;
    }

    private CodePointSet RangeFrom(int first, ref int at)
    {
        at++;
        if (pattern[at] == '[') throw new FormatException("a bracket within a class");
        Item(ref at, out int? last);
        return last >= first ? CodePointSet.Range(first, last.Value) : throw new FormatException("a malformed range within a class");
    }

    // One member; its code point where it is a single one, for ranges.
    private CodePointSet Item(ref int at, out int? point)
    {
        if (pattern[at] == '\\')
        {
            CodePointSet set = PatternEscape.Parse(pattern, ref at);
            point = set.Single;
            return set;
        }
        int own = CodePoint.At(pattern, at, out int length);
        at += length;
        point = own;
        return CodePointSet.Range(own, own);
    }
}
