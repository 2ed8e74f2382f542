namespace Tilt.Cli.Progress;

/// <summary>
/// The line on the error output that shows how far a command has come: rewritten twice a second in a terminal; elsewhere a line of
/// its own for every tenth of the work, or for every minute of work whose amount is not known.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Rewriting = TimeSpan.FromSeconds(0.5), Pause = TimeSpan.FromSeconds(1),
        Waiting = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TextWriter _errors;
    private readonly bool _rewritten;
    private readonly long _start;
    private long _last;
    private int _tenth, _width;

    public ProgressLine()
        : this(TimeProvider.System, Console.Error, !Console.IsErrorRedirected)
    {
    }

    internal ProgressLine(TimeProvider time, TextWriter errors, bool isTerminal) =>
        (_time, _errors, _rewritten, _start, _last) = (time, errors, isTerminal, time.GetTimestamp(), time.GetTimestamp());

    /// <summary>Time since the line was made.</summary>
    public TimeSpan Elapsed => _time.GetElapsedTime(_start);

    /// <summary>Shows a text when it is time for one; from any thread.</summary>
    /// <param name="share">Share of the work that is done, or null where its amount is not known.</param>
    /// <param name="text">Makes the text.</param>
    public void Show(double? share, Func<string> text)
    {
        lock (_lock)
        {
            if (!IsDue(share)) return;
            _last = _time.GetTimestamp();
            if (_rewritten) Rewrite(text());
            else _errors.WriteLine(text());
        }
    }

    /// <summary>Writes a line that stays.</summary>
    public void Note(string text)
    {
        lock (_lock)
        {
            Wipe();
            _errors.WriteLine(text);
        }
    }

    /// <summary>Wipes the line.</summary>
    public void Dispose()
    {
        lock (_lock) Wipe();
    }

    private bool IsDue(double? share)
    {
        TimeSpan since = _time.GetElapsedTime(_last);
        if (_rewritten) return since >= Rewriting;
        if (share is not { } known) return since >= Waiting;
        int tenth = (int)(10 * known);
        if (tenth <= _tenth || since < Pause) return false;
        _tenth = tenth;
        return true;
    }

    private void Wipe()
    {
        if (_width == 0) return;
        Rewrite("");
        _errors.Write('\r');
    }

    private void Rewrite(string text)
    {
        _errors.Write('\r' + text.PadRight(_width));
        _width = text.Length;
    }
}
