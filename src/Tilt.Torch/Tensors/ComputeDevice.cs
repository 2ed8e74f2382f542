using System.Globalization;
using TorchSharp;

namespace Tilt.Torch.Tensors;

/// <summary>Devices by name: <c>cpu</c>, <c>cuda</c> (the first CUDA device) or <c>cuda:N</c>.</summary>
public static class ComputeDevice
{
    private const string Cuda = "cuda";

    /// <summary>The device of a name, after making sure that libtorch can use it.</summary>
    /// <exception cref="InputException">The name is no device's, or this machine or this build of libtorch has no such device; the message
    /// tells the remedy.</exception>
    public static torch.Device Of(string name)
    {
        if (name.Equals("cpu", StringComparison.OrdinalIgnoreCase)) return torch.CPU;
        int index = IndexOf(name)
            ?? throw new InputException($"There is no device '{name}'; there are cpu, cuda and cuda:N with N = 0, 1, ….");
        int count = CudaDevices();
        if (count == 0)
            throw new InputException($"The device '{name}' cannot be used: libtorch finds no CUDA device. 'tilt doctor' tells why.");
        if (index >= count)
            throw new InputException($"There is no device '{name}': this machine has {count} "
                + $"CUDA {(count == 1 ? "device, cuda:0" : $"devices, cuda:0 to cuda:{count - 1}")}.");
        return new torch.Device(DeviceType.CUDA, index);
    }

    private static int? IndexOf(string name)
    {
        string[] parts = name.Split(':');
        if (!parts[0].Equals(Cuda, StringComparison.OrdinalIgnoreCase)) return null;
        return parts.Length switch
        {
            1 => 0,
            2 when int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int index) => index,
            _ => null,
        };
    }

    private static int CudaDevices()
    {
        try
        {
            return torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        }
        catch (Exception e) when (e is NotSupportedException or DllNotFoundException or TypeInitializationException)
        {
            return 0;
        }
    }
}
