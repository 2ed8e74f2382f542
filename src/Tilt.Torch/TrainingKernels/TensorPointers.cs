using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Tilt.Torch.TrainingKernels;

/// <summary>Addresses of tensors for the kernels. The tensor must outlive the use of its address.</summary>
internal static unsafe class TensorPointers
{
    /// <summary>Address of the first element of a contiguous float32 tensor in CPU memory.</summary>
    public static float* Address(this Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32 || tensor.device_type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous())
            throw new InvalidOperationException(
                $"The kernels need contiguous float32 tensors in CPU memory, not {tensor.dtype} on {tensor.device}.");
        if (tensor.numel() == 0) return null;
        // A span ends at 2³¹ − 1 bytes; the first element is enough to know the address.
        using Tensor flat = tensor.view(-1), first = flat.narrow(0, 0, 1);
        return (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
