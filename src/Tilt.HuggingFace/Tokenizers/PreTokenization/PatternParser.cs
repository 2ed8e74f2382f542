using System.Globalization;
using Tilt.HuggingFace.Tokenizers.Unicode;

namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>
/// Reads the regular expressions that published tokenizers use, in Oniguruma's syntax: alternatives, groups, (?i: …), lookahead,
/// quantifiers, classes, general categories. Everything else is refused rather than understood in another way.
/// </summary>
internal sealed class PatternParser
{
    private const int DeepestNesting = 50, MostRepeats = 1000;

    private readonly string _pattern;
    private int _at, _depth;
    private bool _ignoreCase;

    private PatternParser(string pattern) => this._pattern = pattern;

    /// <exception cref="FormatException">The pattern is malformed or not supported.</exception>
    public static PatternNode Parse(string pattern)
    {
        var parser = new PatternParser(CodePoint.WellFormed(pattern));
        try
        {
            PatternNode node = parser.Alternatives();
            return parser._at == parser._pattern.Length ? node : throw new FormatException("a closing parenthesis without an opening one");
        }
        catch (FormatException e)
        {
            throw new FormatException($"The regular expression '{pattern}' has, near character {parser._at}, something that is malformed "
                + $"or not supported: {e.Message}.", e);
        }
    }

    private bool More => _at < _pattern.Length;

    private bool Take(string text)
    {
        if (string.CompareOrdinal(_pattern, _at, text, 0, text.Length) != 0) return false;
        _at += text.Length;
        return true;
    }

    private PatternNode Alternatives()
    {
        if (++_depth > DeepestNesting) throw new FormatException("groups nested too deeply");
        var alternatives = new List<PatternNode> { Sequence() };
        while (Take("|")) alternatives.Add(Sequence());
        _depth--;
        return alternatives.Count == 1 ? alternatives[0] : new PatternNode.Choice(alternatives);
    }

    private PatternNode.Sequence Sequence()
    {
        var nodes = new List<PatternNode>();
        while (More && _pattern[_at] is not ('|' or ')')) nodes.Add(Quantified(Atom()));
        if (_ignoreCase) RefuseLigatures(nodes);
        return new(nodes);
    }

    // Unicode folds some pairs of letters to one character, which Oniguruma then matches in their place.
    private static void RefuseLigatures(List<PatternNode> nodes)
    {
        for (int i = 0; i + 1 < nodes.Count; i++)
            foreach (string pair in (string[])["ss", "st", "ff", "fi", "fl"])
                if (Holds(nodes[i], pair[0]) && Holds(nodes[i + 1], pair[1]))
                    throw new FormatException($"the letters '{pair}' within (?i: …)");

        static bool Holds(PatternNode node, char c) => node switch
        {
            PatternNode.One one => one.Set.Contains(c),
            PatternNode.Repeat repeat => Holds(repeat.Node, c),
            _ => false,
        };
    }

    private PatternNode Quantified(PatternNode node)
    {
        while (More)
        {
            (int least, int most) = (0, int.MaxValue);
            bool counted = Take("{");
            if (counted) (least, most) = Counts();
            else if (Take("+")) least = 1;
            else if (Take("?")) most = 1;
            else if (!Take("*")) return node;
            RepeatKind kind = Take("?") ? RepeatKind.Lazy : Take("+") ? RepeatKind.Possessive : RepeatKind.Greedy;
            if (counted && kind != RepeatKind.Greedy && (kind == RepeatKind.Possessive || least == most))
                throw new FormatException("a quantifier after a counted one");
            if (node is PatternNode.Look or PatternNode.Assertion) throw new FormatException("a quantifier after an assertion");
            if (most == int.MaxValue && node.CanBeEmpty) throw new FormatException("an endless repetition of something that may be empty");
            node = new PatternNode.Repeat(node, least, most, kind);
            if (More && _pattern[_at] is '*' or '+' or '?' or '{') throw new FormatException("two quantifiers in a row");
        }
        return node;
    }

    // {n}, {n,}, {,m} and {n,m}, from behind the opening brace.
    private (int Least, int Most) Counts()
    {
        int least = More && _pattern[_at] == ',' ? 0 : Number();
        int most = !Take(",") ? least : More && char.IsAsciiDigit(_pattern[_at]) ? Number() : int.MaxValue;
        return Take("}") && most >= least ? (least, most) : throw new FormatException("a malformed count");
    }

    private int Number()
    {
        int start = _at;
        while (More && char.IsAsciiDigit(_pattern[_at]) && _at - start < 9) _at++;
        if (!int.TryParse(_pattern.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            throw new FormatException("a malformed count");
        return number <= MostRepeats ? number : throw new FormatException($"a count above {MostRepeats}");
    }

    private PatternNode Atom()
    {
        if (Take("(")) return Group();
        if (Take("[")) return One(new PatternClassParser(_pattern).Parse(ref _at));
        if (Take(".")) return new PatternNode.One(CodePointSet.NotLineFeed);
        if (Take("^")) return new PatternNode.Assertion(PatternOperation.LineStart);
        if (Take("$")) return new PatternNode.Assertion(PatternOperation.LineEnd);
        if (Take("\\A")) return new PatternNode.Assertion(PatternOperation.Start);
        if (Take("\\z")) return new PatternNode.Assertion(PatternOperation.End);
        if (_pattern[_at] == '\\') return One(PatternEscape.Parse(_pattern, ref _at));
        if (_pattern[_at] is '*' or '+' or '?') throw new FormatException("a quantifier with nothing before it");
        int point = CodePoint.At(_pattern, _at, out int length);
        _at += length;
        return One(CodePointSet.Range(point, point));
    }

    private PatternNode.One One(CodePointSet set) => new(_ignoreCase ? set.IgnoringCase() : set);

    private PatternNode Group()
    {
        bool outer = _ignoreCase;
        Func<PatternNode, PatternNode> wrap = node => node;
        if (Take("?i:")) _ignoreCase = true;
        else if (Take("?-i:")) _ignoreCase = false;
        else if (Take("?=")) wrap = node => new PatternNode.Look(node, Negative: false);
        else if (Take("?!")) wrap = node => new PatternNode.Look(node, Negative: true);
        else if (Take("?>")) wrap = node => new PatternNode.Atomic(node);
        else if (!Take("?:") && More && _pattern[_at] == '?')
            throw new FormatException($"a group that starts with '({_pattern.AsSpan(_at, Math.Min(3, _pattern.Length - _at))}'");
        PatternNode inner = Alternatives();
        if (!Take(")")) throw new FormatException("a group without an end");
        _ignoreCase = outer;
        return wrap(inner);
    }
}
