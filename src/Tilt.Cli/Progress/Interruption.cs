using System.Runtime.InteropServices;

namespace Tilt.Cli.Progress;

/// <summary>
/// Turns Ctrl-C, SIGTERM and SIGUSR1 (which Slurm sends before a job's time is over) into a cancellation; a second one ends the process
/// at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>The number of SIGUSR1, which .NET has no name for.</summary>
    private static readonly PosixSignal? User1 =
        OperatingSystem.IsLinux() ? (PosixSignal)10 : OperatingSystem.IsMacOS() ? (PosixSignal)30 : null;

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        .. User1 is { } signal ? [PosixSignalRegistration.Create(signal, OnSignal)] : Array.Empty<PosixSignalRegistration>(),
    ];

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested) return;
        context.Cancel = true;
        _source.Cancel();
    }
}
