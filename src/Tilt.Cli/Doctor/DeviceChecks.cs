using System.Globalization;

namespace Tilt.Cli.Doctor;

/// <summary>The devices that Tilt can compute on.</summary>
internal static class DeviceChecks
{
    private const string Area = "devices";

    public static IEnumerable<DoctorCheck> Run(LibtorchProbe probe, SystemFiles files)
    {
        yield return new(Area, "CPU", CheckStatus.Ok, "yes")
        {
            Data = new Dictionary<string, object?>(StringComparer.Ordinal) { ["available"] = true }
        };
        yield return Cuda(probe, HasCudaBuild(AppContext.BaseDirectory), Driver(files));
    }

    /// <summary>Whether CUDA can be used, and why not.</summary>
    /// <param name="probe">What libtorch says.</param>
    /// <param name="hasCudaBuild">Whether libtorch's CUDA build is beside the program.</param>
    /// <param name="driver">NVIDIA's driver; null without one.</param>
    public static DoctorCheck Cuda(LibtorchProbe probe, bool hasCudaBuild, string? driver)
    {
        var data = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["available"] = probe.CudaDevices > 0,
            ["devices"] = probe.CudaDevices,
            ["cuda_build"] = hasCudaBuild,
            ["driver"] = driver,
            ["error"] = probe.CudaError
        };
        // No number at all is wrong too.
        if (probe.CudaDevices > 0 && !(probe.CudaError < 1e-5))
            return new(Area, "CUDA", CheckStatus.Problem,
                string.Create(CultureInfo.InvariantCulture, $"a matrix product on the first device is wrong by {probe.CudaError:0.##e0}"),
                "Use --device cpu, and reinstall NVIDIA's driver and libtorch's CUDA build.")
            { Data = data };
        if (probe.CudaDevices > 0)
            return new(Area, "CUDA", CheckStatus.Ok,
                $"yes: {probe.CudaDevices} {(probe.CudaDevices == 1 ? "device" : "devices")}, products and gradients are right")
            {
                Data = data
            };
        return (hasCudaBuild, driver) switch
        {
            (false, null) =>
                new(Area, "CUDA", CheckStatus.Ok, "no: this is the CPU build of libtorch, and there is no NVIDIA driver") { Data = data },
            (false, _) => new(Area, "CUDA", CheckStatus.Note,
                $"no: this is the CPU build of libtorch, although there is an NVIDIA driver ({driver})",
                "Build with -p:Torch=cuda for libtorch's CUDA build.")
            { Data = data },
            (true, null) => new(Area, "CUDA", CheckStatus.Warning, "no: libtorch's CUDA build is here, but no NVIDIA driver",
                "Install NVIDIA's driver (in a container, start it with --gpus all), or build without -p:Torch=cuda.")
            { Data = data },
            _ when probe.Failure is not null => new(Area, "CUDA", CheckStatus.Note, "unknown: libtorch does not load") { Data = data },
            _ => new(Area, "CUDA", CheckStatus.Warning,
                $"no: libtorch's CUDA build and a driver ({driver}) are here, but no device can be used",
                "Update the driver to one for libtorch's CUDA version, and see that CUDA_VISIBLE_DEVICES hides no device.")
            { Data = data },
        };
    }

    private static bool HasCudaBuild(string folder) =>
        ((string[])["libtorch_cuda.so", "torch_cuda.dll"]).Any(name => File.Exists(Path.Combine(folder, name)));

    private static string? Driver(SystemFiles files)
    {
        if (OperatingSystem.IsWindows()) return File.Exists(Path.Combine(Environment.SystemDirectory, "nvcuda.dll")) ? "nvcuda.dll" : null;
        return files.Lines("proc/driver/nvidia/version").FirstOrDefault();
    }
}
