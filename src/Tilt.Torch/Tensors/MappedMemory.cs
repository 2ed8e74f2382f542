using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Tilt.Torch.Tensors;

/// <summary>
/// Memory of a mapped file that a tensor borrows: the mapping stays until the tensor's storage is freed, also when the file was
/// disposed before.
/// </summary>
/// <remarks>Read-only: writing to such a tensor ends the process.</remarks>
internal sealed partial class MappedMemory
{
    private readonly SafeBuffer _mapping;
    private readonly StorageRelease _release;
    private GCHandle _self;

    private MappedMemory(SafeBuffer mapping)
    {
        this._mapping = mapping;
        _release = Release;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void StorageRelease(nint data);

    /// <summary>A tensor over mapped memory in CPU memory, without copying.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="data">First element, aligned to the element type.</param>
    /// <param name="shape">Dimensions.</param>
    /// <param name="type">Element type.</param>
    public static unsafe Tensor Borrow(SafeBuffer mapping, byte* data, ReadOnlySpan<long> shape, ScalarType type)
    {
        // libtorch is loaded by the first TorchSharp call; the import below must find it there.
        InitializeDeviceType(TorchSharp.DeviceType.CPU);
        var memory = new MappedMemory(mapping);
        bool held = false;
        mapping.DangerousAddRef(ref held);
        memory._self = GCHandle.Alloc(memory);
        nint handle;
        fixed (long* sizes = shape)
            handle = NewTensor((nint)data, Marshal.GetFunctionPointerForDelegate(memory._release), sizes, shape.Length, (sbyte)type,
                (sbyte)type, (int)TorchSharp.DeviceType.CPU, 0, false);
        if (handle != 0) return Tensor.UnsafeCreateTensor(handle);
        memory.Release(0);
        throw new InvalidOperationException("libtorch could not make a tensor over mapped memory.");
    }

    private void Release(nint data)
    {
        _mapping.DangerousRelease();
        _self.Free();
    }

    [LibraryImport("LibTorchSharp", EntryPoint = "THSTensor_new")]
    private static unsafe partial nint NewTensor(nint data, nint release, long* sizes, int dimensions, sbyte storedType, sbyte type,
        int deviceType, int deviceIndex, [MarshalAs(UnmanagedType.U1)] bool requiresGradient);
}
