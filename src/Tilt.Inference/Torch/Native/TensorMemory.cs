using static TorchSharp.torch;

namespace Tilt.Inference;

/// <summary>Between memory and tensors, without copying.</summary>
internal static unsafe class TensorMemory
{
    private static readonly Lazy<bool> Available = new(SelfTest);

    /// <summary>
    /// Whether <see cref="View"/> works with this libtorch: found out once, by making a tensor over known numbers. Where it does
    /// not, mapped weights have to be copied.
    /// </summary>
    public static bool IsAvailable => Available.Value;

    /// <summary>A tensor in CPU memory over memory that must outlive it; not to be written to when the memory is read-only.</summary>
    /// <param name="address">First element.</param>
    /// <param name="type">Float32 or BFloat16.</param>
    /// <param name="shape">Dimensions, row-major.</param>
    public static Tensor View(void* address, ScalarType type, params ReadOnlySpan<long> shape)
    {
        long* sizes = stackalloc long[shape.Length], strides = stackalloc long[shape.Length];
        long stride = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            (sizes[i], strides[i]) = (shape[i], stride);
            stride *= shape[i];
        }
        int number = type switch
        {
            ScalarType.Float32 => StableAbi.aoti_torch_dtype_float32(),
            ScalarType.BFloat16 => StableAbi.aoti_torch_dtype_bfloat16(),
            _ => throw new ArgumentException($"Views are of Float32 or BFloat16, not {type}.", nameof(type)),
        };
        StableAbi.Check(StableAbi.aoti_torch_create_tensor_from_blob(address, shape.Length, sizes, strides, 0, number, StableAbi.aoti_torch_device_type_cpu(), 0, out nint handle));
        return Tensor.UnsafeCreateTensor(handle);
    }

    /// <summary>Address of the first element of a contiguous tensor in CPU memory; valid while the tensor lives.</summary>
    public static byte* Address(Tensor tensor)
    {
        if (tensor.device_type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous())
            throw new InvalidOperationException($"The kernels need contiguous tensors in CPU memory, not {tensor.dtype} on {tensor.device}.");
        if (tensor.numel() == 0) return null;
        // A span ends at 2³¹ − 1 bytes; the first element is enough to know the address.
        using Tensor flat = tensor.view(-1), first = flat.narrow(0, 0, 1);
        fixed (byte* address = first.bytes) return address;
    }

    private static bool SelfTest()
    {
        try
        {
            // Any use of TorchSharp loads the library.
            using var scope = NewDisposeScope();
            float* numbers = stackalloc float[] { 1, 2, 3, 4, 5, 6 };
            ushort* halves = stackalloc ushort[] { 0x3F80, 0xC000 };
            Tensor floats = View(numbers, ScalarType.Float32, 2, 3), rounded = View(halves, ScalarType.BFloat16, 2);
            return floats[1, 0].item<float>() == 4 && rounded.to(ScalarType.Float32).sum().item<float>() == -1 && Address(floats) == numbers;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
