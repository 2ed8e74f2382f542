using System.Runtime.CompilerServices;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Nodes;

/// <summary>The state of one rendering.</summary>
internal sealed class Rendering : Bounds
{
    private const int DeepestCalls = 200;

    private int _calls;

    public Rendering(DictValue variables, DateTime now, Limits limits) : base(limits)
    {
        (Variables, Now) = (variables, now);
        Main = Output = new TextBuffer(this);
    }

    /// <summary>What the template is given.</summary>
    public DictValue Variables { get; }

    /// <summary>What <c>strftime_now</c> takes for now.</summary>
    public DateTime Now { get; }

    /// <summary>The text that is rendered.</summary>
    public TextBuffer Main { get; }

    /// <summary>Where text goes at the moment: <see cref="Main"/>, or what a macro or block collects.</summary>
    public TextBuffer Output { get; private set; }

    /// <summary>The variables in sight.</summary>
    public Frame Frame { get; set; } = Frame.None;

    /// <summary>The line that is being rendered.</summary>
    public int Line { get; set; }

    /// <summary>Ranges of <see cref="Main"/> between <c>{% generation %}</c> and its end.</summary>
    public List<Range> Generations { get; } = [];

    /// <summary>Runs a body that has a frame of its own and gives what it writes.</summary>
    public string Capture(Statement body, Frame frame)
    {
        (Frame outer, TextBuffer output, int line) = (Frame, Output, Line);
        (Frame, Output) = (frame, new TextBuffer(this));
        body.Execute(this);
        string text = Output.ToString();
        (Frame, Output, Line) = (outer, output, line);
        return text;
    }

    /// <summary>A macro begins.</summary>
    public void EnterCall()
    {
        if (++_calls > DeepestCalls || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new JinjaException("macros call each other too deep; it may be a recursion without end");
    }

    /// <summary>A macro ends.</summary>
    public void LeaveCall() => _calls--;
}
