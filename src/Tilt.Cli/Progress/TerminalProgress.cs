using System.Diagnostics;

namespace Tilt.Cli.Progress;

/// <summary>One line on the terminal that shows how far a command has come, twice a second; nothing where errors go to a file.</summary>
internal sealed class TerminalProgress : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly bool _shown = !Console.IsErrorRedirected;
    private long _last = Stopwatch.GetTimestamp();
    private int _width;

    /// <summary>Shows a text when the last one is old enough.</summary>
    public void Show(Func<string> text)
    {
        if (!_shown || Stopwatch.GetElapsedTime(_last) < Interval) return;
        _last = Stopwatch.GetTimestamp();
        Write(text());
    }

    /// <summary>Wipes the line.</summary>
    public void Dispose()
    {
        if (_width == 0) return;
        Write("");
        Console.Error.Write('\r');
    }

    private void Write(string text)
    {
        Console.Error.Write('\r' + text.PadRight(_width));
        _width = text.Length;
    }
}
