using Tilt.Torch.Native;
using static TorchSharp.torch;

namespace Tilt.Torch.CpuEngine;

/// <summary>Rows of float32 activations, grown on demand, for kernels (by address) and for libtorch (as a tensor).</summary>
/// <param name="width">Floats of a row.</param>
internal sealed unsafe class ActivationBuffer(int width) : IDisposable
{
    private Tensor? _memory;

    /// <summary>Floats of a row.</summary>
    public int Width => width;

    /// <summary>The first row.</summary>
    public float* Pointer { get; private set; }

    /// <summary>
    /// Makes room for rows; what was stored is lost when there was none. Rows are padded to tiles of 4, with finite numbers.
    /// </summary>
    public void Reserve(int rows)
    {
        rows = (rows + 3) & ~3;
        if (_memory is not null && _memory.shape[0] >= rows) return;
        _memory?.Dispose();
        _memory = zeros(rows, width).DetachFromDisposeScope();
        Pointer = (float*)TensorMemory.Address(_memory);
    }

    /// <summary>The first rows, <c>[rows, width]</c>; a view.</summary>
    public Tensor Rows(int rows) => _memory!.narrow(0, 0, rows);

    public float* Row(int row) => Pointer + (nint)row * width;

    public void Dispose()
    {
        _memory?.Dispose();
        _memory = null;
    }
}
