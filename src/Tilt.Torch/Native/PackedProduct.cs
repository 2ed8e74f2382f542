using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Native;

/// <summary>
/// bfloat16 products with weights in oneDNN's own blocked layout, which spares the copy that every product of few rows with a
/// plain matrix pays for.
/// </summary>
internal static unsafe class PackedProduct
{
    private static readonly Lazy<bool> Available = new(SelfTest);

    /// <summary>
    /// Whether libtorch's oneDNN operators exist and compute what they should on this machine: found out once, on a small product.
    /// </summary>
    public static bool IsAvailable => Available.Value;

    /// <summary>A copy of a bfloat16 matrix <c>[outputs, inputs]</c> in the blocked layout: good for <see cref="Multiply"/> only.</summary>
    public static Tensor Pack(Tensor weight)
    {
        StableAbi.Check(StableAbi.aoti_torch_new_tensor_handle(weight.Handle, out nint input));
        // The call takes the new handle; the second argument, a batch size to optimise for, is absent.
        ulong* stack = stackalloc ulong[2] { (ulong)input, 0 };
        fixed (byte* name = "mkldnn::_reorder_linear_weight\0"u8, overload = "\0"u8)
            StableAbi.Check(StableAbi.torch_call_dispatcher(name, overload, stack, StableAbi.aoti_torch_abi_version()));
        GC.KeepAlive(weight);
        return Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    /// <summary>x·Wᵀ in bfloat16, summed in float32.</summary>
    /// <param name="input"><c>[rows, inputs]</c> bfloat16.</param>
    /// <param name="packed">A result of <see cref="Pack"/>.</param>
    /// <returns><c>[rows, outputs]</c> bfloat16.</returns>
    public static Tensor Multiply(Tensor input, Tensor packed)
    {
        nint result;
        fixed (byte* attribute = "none\0"u8)
            StableAbi.Check(StableAbi.aoti_torch_cpu__linear_pointwise(input.Handle, packed.Handle, null, attribute, null, 0, null,
                out result));
        GC.KeepAlive(input);
        GC.KeepAlive(packed);
        return Tensor.UnsafeCreateTensor(result);
    }

    private static bool SelfTest()
    {
        // Asked to pack on a processor without these instructions, oneDNN fails noisily: do not even try.
        if (!BFloat16Instructions.HasDotProduct) return false;
        try
        {
            using var grad = no_grad();
            using var scope = NewDisposeScope();
            Tensor input = arange(0, 3 * 40, ScalarType.Float32).Plus(-60).DividedBy(64).view(3, 40).to(ScalarType.BFloat16);
            Tensor weight =
                arange(0, 24 * 40, ScalarType.Float32).remainder(23).Plus(-11).DividedBy(16).view(24, 40).to(ScalarType.BFloat16);
            Tensor expected = input.to(ScalarType.Float32).matmul(weight.to(ScalarType.Float32).t());
            Tensor actual = Multiply(input, Pack(weight)).to(ScalarType.Float32);
            return actual.sub(expected).abs().max().item<float>() <= expected.abs().max().item<float>() / 128;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
