using Tilt.HuggingFace.Tokenizers.Unicode;

namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>Runs a compiled pattern with an explicit stack of choices, so that no text can exhaust the thread's own.</summary>
internal sealed class PatternRun(Instruction[] program, long budget)
{
    private readonly Stack<Choice> _choices = new();
    private long _budget = budget;

    // A place to go on from. A greedy run may also give back down to Low; a lazy one may still take More.
    private readonly record struct Choice(int Instruction, int At, int Low, int More);

    /// <summary>The end of the match that starts at a position, or −1.</summary>
    public int Match(ReadOnlySpan<char> text, int at) => Run(text, 0, at);

    private int Run(ReadOnlySpan<char> text, int pc, int at)
    {
        int bottom = _choices.Count;
        while (true)
        {
            Spend(1);
            Instruction i = program[pc];
            bool matched = true;
            switch (i.Operation)
            {
                case PatternOperation.Accept:
                    while (_choices.Count > bottom) _choices.Pop();
                    return at;
                case PatternOperation.One:
                    matched = TryTake(text, i.Set!, ref at);
                    pc++;
                    break;
                case PatternOperation.Greedy or PatternOperation.Possessive:
                    matched = TakeMany(text, i, pc, ref at);
                    pc++;
                    break;
                case PatternOperation.Lazy:
                    for (int n = 0; n < i.A && matched; n++) matched = TryTake(text, i.Set!, ref at);
                    if (matched && i.B > i.A) _choices.Push(new(pc, at, -1, i.B - i.A));
                    pc++;
                    break;
                case PatternOperation.Fork:
                    _choices.Push(new(i.B, at, -1, 0));
                    pc = i.A;
                    break;
                case PatternOperation.Jump:
                    pc = i.A;
                    break;
                case PatternOperation.Ahead or PatternOperation.NotAhead:
                    matched = Run(text, pc + 1, at) >= 0 == (i.Operation == PatternOperation.Ahead);
                    pc = i.A;
                    break;
                case PatternOperation.Atomic:
                    int end = Run(text, pc + 1, at);
                    (matched, at, pc) = (end >= 0, end, i.A);
                    break;
                default:
                    matched = Holds(i.Operation, text, at);
                    pc++;
                    break;
            }
            if (!matched && !Backtrack(text, bottom, out pc, out at)) return -1;
        }
    }

    private bool TakeMany(ReadOnlySpan<char> text, Instruction i, int pc, ref int at)
    {
        int taken = 0, low = at;
        for (; taken < i.B && TryTake(text, i.Set!, ref at); taken++)
            if (taken + 1 == i.A) low = at;
        if (taken < i.A) return false;
        if (at > low && i.Operation == PatternOperation.Greedy) _choices.Push(new(pc, at, low, 0));
        return true;
    }

    private bool Backtrack(ReadOnlySpan<char> text, int bottom, out int pc, out int at)
    {
        (pc, at) = (0, 0);
        while (_choices.Count > bottom)
        {
            Spend(1);
            Choice choice = _choices.Pop();
            (pc, at) = (choice.Instruction, choice.At);
            if (choice.Low >= 0)
            {
                at = CodePoint.Before(text, at);
                if (at > choice.Low) _choices.Push(choice with { At = at });
                pc++;
                return true;
            }
            if (choice.More == 0) return true;
            if (!TryTake(text, program[pc].Set!, ref at)) continue;
            if (choice.More > 1) _choices.Push(choice with { At = at, More = choice.More - 1 });
            pc++;
            return true;
        }
        return false;
    }

    private bool TryTake(ReadOnlySpan<char> text, CodePointSet set, ref int at)
    {
        Spend(1);
        if (at >= text.Length || !set.Contains(CodePoint.At(text, at, out int length))) return false;
        at += length;
        return true;
    }

    private static bool Holds(PatternOperation assertion, ReadOnlySpan<char> text, int at) => assertion switch
    {
        PatternOperation.Start => at == 0,
        PatternOperation.End => at == text.Length,
        PatternOperation.LineStart => at == 0 || text[at - 1] == '\n',
        _ => at == text.Length || text[at] == '\n',
    };

    private void Spend(int steps)
    {
        _budget -= steps;
        if (_budget < 0)
            throw new InputException(
                "The regular expression of the tokenizer's 'pre_tokenizer' takes too many steps for a text; it backtracks without end.");
    }
}
