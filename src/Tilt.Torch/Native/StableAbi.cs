using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tilt.Torch.Native;

/// <summary>
/// The functions of libtorch's exported C interface (<c>torch/csrc/stable/c/shim.h</c> and
/// <c>torch/csrc/inductor/aoti_torch/c/shim.h</c>) that TorchSharp does not wrap. Names and arguments are the library's own; a
/// result other than 0 is a failure whose reason the library writes to standard error.
/// </summary>
internal static unsafe partial class StableAbi
{
    private const string Library = "torch_cpu";

    [LibraryImport(Library)]
    public static partial ulong aoti_torch_abi_version();

    [LibraryImport(Library)]
    public static partial int aoti_torch_new_tensor_handle(nint tensor, out nint result);

    [LibraryImport(Library)]
    public static partial int aoti_torch_cpu__linear_pointwise(
        nint input, nint weight, nint* bias, byte* attribute, double** scalars, long scalarCount, byte** algorithm, out nint result);

    [LibraryImport(Library)]
    public static partial int torch_call_dispatcher(byte* name, byte* overload, ulong* stack, ulong abiVersion);

    [LibraryImport(Library)]
    public static partial int torch_parallel_for(long begin, long end, long grain, delegate* unmanaged[Cdecl]<long, long, void*, void> body,
        void* context);

    /// <exception cref="InvalidOperationException">The call failed.</exception>
    public static void Check(int result, [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result != 0)
            throw new InvalidOperationException(
                $"libtorch refused {call[..Math.Max(0, call.IndexOf('('))]}; its reason is on standard error.");
    }
}
