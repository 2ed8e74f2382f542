using Tilt.HuggingFace.Tokenizers.Unicode;

namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>
/// A regular expression of a Split pre-tokenizer, over code points and by Oniguruma's rules. The runtime's own expressions work
/// on UTF-16 units, so that no letter beyond U+FFFF would be a letter. Matching backtracks, within a budget of steps.
/// </summary>
internal sealed class SplitPattern
{
    /// <summary>Steps that a text may take for every one of its characters; well-made patterns take a few dozen.</summary>
    private const long StepsPerCharacter = 1000;

    private readonly Instruction[] _program;

    private SplitPattern(Instruction[] program) => this._program = program;

    /// <summary>Reads a pattern.</summary>
    /// <exception cref="FormatException">The pattern is malformed or uses something that is not supported; the message says what and
    /// where.</exception>
    public static SplitPattern Parse(string pattern) => new(PatternCompiler.Compile(PatternParser.Parse(pattern)));

    /// <summary>All matches from left to right that do not overlap. An empty match right after another match is none.</summary>
    /// <exception cref="InputException">The pattern takes too many steps for this text.</exception>
    public List<SplitMatch> Find(ReadOnlySpan<char> text)
    {
        var matches = new List<SplitMatch>();
        var run = new PatternRun(_program, StepsPerCharacter * (text.Length + 16L));
        int last = -1;
        for (int at = 0; at <= text.Length;)
        {
            int end = run.Match(text, at);
            if (end >= 0 && !(end == at && end == last))
            {
                matches.Add(new(at, end));
                last = end;
            }
            if (end > at)
            {
                at = end;
                continue;
            }
            if (at == text.Length) break;
            CodePoint.At(text, at, out int length);
            at += length;
        }
        return matches;
    }
}

/// <summary>What an instruction does.</summary>
internal enum PatternOperation
{
    /// <summary>The match is complete.</summary>
    Accept,

    /// <summary>One code point of the set.</summary>
    One,

    /// <summary>As many of the set as possible, at least A and at most B, giving back one by one.</summary>
    Greedy,

    /// <summary>As few of the set as possible, at least A and at most B.</summary>
    Lazy,

    /// <summary>As many of the set as possible, at least A and at most B, giving back none.</summary>
    Possessive,

    /// <summary>Tries A, then B.</summary>
    Fork,

    /// <summary>Goes on at A.</summary>
    Jump,

    /// <summary>What follows up to Accept must match here; goes on at A without having moved.</summary>
    Ahead,

    /// <summary>What follows up to Accept must not match here; goes on at A.</summary>
    NotAhead,

    /// <summary>Takes the first match of what follows up to Accept and no other; goes on at A.</summary>
    Atomic,

    /// <summary>Start of the text.</summary>
    Start,

    /// <summary>End of the text.</summary>
    End,

    /// <summary>Start of a line.</summary>
    LineStart,

    /// <summary>End of a line.</summary>
    LineEnd,
}

/// <summary>An instruction of a compiled pattern.</summary>
internal readonly record struct Instruction(PatternOperation Operation, int A = 0, int B = 0, CodePointSet? Set = null);
