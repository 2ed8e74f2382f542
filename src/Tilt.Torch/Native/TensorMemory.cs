using static TorchSharp.torch;

namespace Tilt.Torch.Native;

/// <summary>From tensors to memory.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Address of the first element of a contiguous tensor in CPU memory; valid while the tensor lives.</summary>
    public static byte* Address(Tensor tensor)
    {
        if (tensor.device_type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous())
            throw new InvalidOperationException(
                $"The kernels need contiguous tensors in CPU memory, not {tensor.dtype} on {tensor.device}.");
        if (tensor.numel() == 0) return null;
        // A span ends at 2³¹ − 1 bytes; the first element is enough to know the address.
        using Tensor flat = tensor.view(-1), first = flat.narrow(0, 0, 1);
        fixed (byte* address = first.bytes) return address;
    }
}
