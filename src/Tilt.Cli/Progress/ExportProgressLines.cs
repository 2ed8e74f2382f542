using System.Diagnostics;
using System.Globalization;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Hub;

namespace Tilt.Cli.Progress;

/// <summary>A line on the error output for every tenth of an export, but not more than one a second.</summary>
internal sealed class ExportProgressLines : IProgress<ExportProgress>
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private double _told;
    private int _tenth;

    public void Report(ExportProgress value)
    {
        int tenth = (int)(10 * value.BytesWritten / Math.Max(1, value.BytesInAll));
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        if (tenth == _tenth || seconds - _told < 1) return;
        (_tenth, _told) = (tenth, seconds);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tenth * 10,3} %  {ByteSize.Text(value.BytesWritten)} of {ByteSize.Text(value.BytesInAll)}  {ByteSize.Text(value.BytesWritten / seconds)}/s"));
    }
}
