using static TorchSharp.torch;

namespace Tilt.Torch.Tensors;

/// <summary>
/// Handles of gradients that the functions of one pass have received and returned. They would stay in the dispose scope of whoever
/// called the backward pass, and with them the memory of every activation's gradient, until that ends. libtorch holds what was
/// returned by the time the next function of the pass is called.
/// </summary>
internal sealed class ReturnedGradients
{
    private readonly List<Tensor> _held = [];

    /// <summary>Frees what the function before returned and what this one received, and holds what this one returns.</summary>
    /// <param name="returned">Gradients of the current dispose scope; null where an input has none.</param>
    /// <param name="received">Gradients of the function's outputs, used up.</param>
    /// <returns><paramref name="returned"/>, moved out of the current dispose scope.</returns>
    public List<Tensor> Replace(List<Tensor> returned, IEnumerable<Tensor> received)
    {
        foreach (Tensor gradient in _held.Concat(received)) gradient.Dispose();
        _held.Clear();
        _held.AddRange(returned.Where(g => g is not null).Select(g => g.MoveToOuterDisposeScope()));
        return returned;
    }
}
