using System.CommandLine;

namespace Tilt.Cli.Options;

/// <summary>The option <c>--device</c> of commands that compute with a model.</summary>
internal static class DeviceOption
{
    public static Option<string> Create() => new("--device")
    {
        Description = "Where to compute: cpu, cuda (the first CUDA device) or cuda:N. CUDA needs libtorch's CUDA build (README, "
            + "Platforms); 'tilt doctor' tells what is there.",
        HelpName = "cpu|cuda|cuda:N",
        DefaultValueFactory = _ => "cpu",
    };
}
