using System.CommandLine;
using Tilt.Cli.Doctor;
using Tilt.Cli.Progress;
using Tilt.HuggingFace.Hub;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt doctor</c>: what works here, what does not, and what to do about it.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Write JSON." };
        var probe =
            new Option<bool>("--probe-libtorch") { Description = "Load libtorch in this process and write what it says.", Hidden = true };
        var command = new Command("doctor", """
            Checks that everything Tilt needs works here: runtime, libtorch, processor, memory, devices, files. Names a remedy for whatever does not. Exit code 0 when all is well, 1 otherwise.

            Example: tilt doctor --json
            """)
        {
            json, probe,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(probe))
            {
                LibtorchProbe.Run(Console.Out);
                return ExitCode.Done;
            }

            DoctorReport report = await ExamineAsync(cancellationToken);
            Console.Write(parsed.GetValue(json) ? report.ToJson() + "\n" : report.ToText());
            return report.IsWell ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static async Task<DoctorReport> ExamineAsync(CancellationToken cancellationToken)
    {
        var files = new SystemFiles();
        var limits = ControlGroup.Read(files);
        HubEnvironment environment = HubEnvironment.Current;
        LibtorchProbe probe = await ProbeProcess.RunAsync(cancellationToken);
        return new DoctorReport(
        [
            .. RuntimeChecks.Run(),
            .. LibtorchChecks.Run(probe, files, Environment.ProcessorCount),
            .. ProcessorChecks.Run(files, limits),
            MemoryChecks.Memory(files, limits),
            MemoryChecks.CacheSpace(environment.CacheFolder),
            MemoryChecks.WorkSpace(Environment.CurrentDirectory),
            .. DeviceChecks.Run(probe, files),
            .. FileChecks.Run(environment),
        ]);
    }
}
