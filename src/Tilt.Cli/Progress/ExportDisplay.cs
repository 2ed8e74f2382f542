using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Hub;

namespace Tilt.Cli.Progress;

/// <summary>How far an export has come: bytes, their rate, time left.</summary>
internal sealed class ExportDisplay : IProgress<ExportProgress>, IDisposable
{
    private readonly ProgressLine _line = new();

    public void Report(ExportProgress value)
    {
        double share = (double)value.BytesWritten / Math.Max(1, value.BytesInAll);
        _line.Show(share, () => $"{(int)(100 * share),3} %  {ByteSize.Text(value.BytesWritten)} "
            + $"of {ByteSize.Text(value.BytesInAll)}, {ByteSize.Text(value.BytesWritten / Math.Max(1e-3, _line.Elapsed.TotalSeconds))}/s"
            + $"{TimeLeft.After(_line.Elapsed, value.BytesWritten, value.BytesInAll - value.BytesWritten)}");
    }

    public void Dispose() => _line.Dispose();
}
