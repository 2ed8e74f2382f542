namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>Turns the tree of a regular expression into instructions.</summary>
internal sealed class PatternCompiler
{
    private const int MostInstructions = 20_000, MostNodes = 100_000;

    private readonly List<Instruction> _program = [];
    private int _nodes;

    /// <exception cref="FormatException">The pattern repeats too much.</exception>
    public static Instruction[] Compile(PatternNode node)
    {
        var compiler = new PatternCompiler();
        compiler.Add(node);
        compiler.Emit(new(PatternOperation.Accept));
        return [.. compiler._program];
    }

    private int Emit(Instruction instruction)
    {
        if (_program.Count == MostInstructions) throw TooLarge();
        _program.Add(instruction);
        return _program.Count - 1;
    }

    private static FormatException TooLarge() => new("The regular expression repeats too much to be run.");

    private void Add(PatternNode node)
    {
        // Repetitions of nothing make no instructions, but take their time.
        if (++_nodes > MostNodes) throw TooLarge();
        switch (node)
        {
            case PatternNode.One one:
                Emit(new(PatternOperation.One, Set: one.Set));
                break;
            case PatternNode.Sequence sequence:
                foreach (PatternNode part in sequence.Nodes) Add(part);
                break;
            case PatternNode.Choice choice:
                AddChoice(choice.Nodes);
                break;
            case PatternNode.Repeat { Node: PatternNode.One one } repeat:
                Emit(new(Operation(repeat.Kind), repeat.Least, repeat.Most, one.Set));
                break;
            case PatternNode.Repeat { Kind: RepeatKind.Possessive } repeat:
                AddEnclosed(PatternOperation.Atomic, repeat with { Kind = RepeatKind.Greedy });
                break;
            case PatternNode.Repeat repeat:
                AddRepeat(repeat);
                break;
            case PatternNode.Look look:
                AddEnclosed(look.Negative ? PatternOperation.NotAhead : PatternOperation.Ahead, look.Node);
                break;
            case PatternNode.Atomic atomic:
                AddEnclosed(PatternOperation.Atomic, atomic.Node);
                break;
            case PatternNode.Assertion assertion:
                Emit(new(assertion.Operation));
                break;
        }
    }

    private static PatternOperation Operation(RepeatKind kind) => kind switch
    {
        RepeatKind.Greedy => PatternOperation.Greedy,
        RepeatKind.Lazy => PatternOperation.Lazy,
        _ => PatternOperation.Possessive,
    };

    private void AddChoice(IReadOnlyList<PatternNode> nodes)
    {
        var jumps = new List<int>();
        for (int i = 0; i < nodes.Count - 1; i++)
        {
            int fork = Emit(default);
            Add(nodes[i]);
            jumps.Add(Emit(default));
            _program[fork] = new(PatternOperation.Fork, fork + 1, _program.Count);
        }
        Add(nodes[^1]);
        foreach (int jump in jumps) _program[jump] = new(PatternOperation.Jump, _program.Count);
    }

    private void AddRepeat(PatternNode.Repeat repeat)
    {
        for (int n = 0; n < repeat.Least; n++) Add(repeat.Node);
        var forks = new List<int>();
        if (repeat.Most == int.MaxValue)
        {
            forks.Add(Emit(default));
            Add(repeat.Node);
            Emit(new(PatternOperation.Jump, forks[0]));
        }
        else
        {
            for (int n = repeat.Least; n < repeat.Most; n++)
            {
                forks.Add(Emit(default));
                Add(repeat.Node);
            }
        }
        foreach (int fork in forks)
            _program[fork] = repeat.Kind == RepeatKind.Lazy
                ? new(PatternOperation.Fork, _program.Count, fork + 1)
                : new(PatternOperation.Fork, fork + 1, _program.Count);
    }

    private void AddEnclosed(PatternOperation operation, PatternNode node)
    {
        int start = Emit(default);
        Add(node);
        Emit(new(PatternOperation.Accept));
        _program[start] = new(operation, _program.Count);
    }
}
