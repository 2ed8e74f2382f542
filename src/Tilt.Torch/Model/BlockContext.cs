using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Model;

/// <summary>What all blocks of one pass of the plain decoder share.</summary>
internal sealed class BlockContext
{
    private readonly Tensor _cosines, _sines, _causalMask;
    private readonly Tensor? _padded, _unpadded;

    public BlockContext(Transformer model, PackedBatch batch, ComputePrecision precision)
    {
        (Model, Batch, Precision, Time, Adapter, Returned) =
            (model, batch, precision, batch.LongestLength, model.ActiveAdapter, new ReturnedGradients());
        (float[] cosineTable, float[] sineTable) = model.RotaryTables(Time);
        int half = model.Configuration.HeadSize / 2;
        using Tensor positions = tensor(batch.Positions(), device: model.Device);
        _cosines = tensor(cosineTable, device: model.Device).view(-1, half).index_select(0, positions).unsqueeze(1);
        _sines = tensor(sineTable, device: model.Device).view(-1, half).index_select(0, positions).unsqueeze(1);
        _causalMask = TensorArithmetic.Filled(double.NegativeInfinity, model.Device, Time, Time).triu_(1);
        if (!batch.SharesPrompts && batch.TokenCount == batch.SequenceCount * Time) return;
        _padded = tensor(batch.RowsOfGrid(Time), device: model.Device);
        _unpadded = tensor(batch.PlacesOfRows(Time), device: model.Device);
    }

    private BlockContext(BlockContext other, IReadOnlyList<Tensor> tensors)
    {
        (Model, Batch, Precision, Time, Adapter, Returned) =
            (other.Model, other.Batch, other.Precision, other.Time, other.Adapter, new ReturnedGradients());
        (_cosines, _sines, _causalMask) = (tensors[0], tensors[1], tensors[2]);
        if (tensors.Count > 3) (_padded, _unpadded) = (tensors[3], tensors[4]);
    }

    public Transformer Model { get; }

    public PackedBatch Batch { get; }

    public ComputePrecision Precision { get; }

    /// <summary>Length of the longest sequence.</summary>
    public int Time { get; }

    /// <summary>The adapter of this pass, or null.</summary>
    public LoraParameters? Adapter { get; }

    /// <summary>Gradients on their way through this pass.</summary>
    public ReturnedGradients Returned { get; }

    /// <summary>−∞ above the diagonal, <c>[time, time]</c>.</summary>
    public Tensor CausalMask => _causalMask;

    /// <summary>The context's tensors, to be saved for a backward pass that comes after their dispose scope has ended.</summary>
    public IReadOnlyList<Tensor> Tensors =>
        _padded is null ? [_cosines, _sines, _causalMask] : [_cosines, _sines, _causalMask, _padded, _unpadded!];

    /// <summary>The same context with tensors that were saved.</summary>
    public BlockContext With(IReadOnlyList<Tensor> tensors) => new(this, tensors);

    /// <summary>x·Wᵀ + b of linear layers that read the same input, with their adapters.</summary>
    /// <param name="input"><c>[tokens, inputs]</c> float32.</param>
    /// <param name="withBias">Whether the layers have biases.</param>
    /// <param name="layers">Names of the layers, without <c>.weight</c>.</param>
    public IReadOnlyList<Tensor> Products(Tensor input, bool withBias, params IReadOnlyList<string> layers)
    {
        if (Model[layers[0] + ".weight"].requires_grad)
            return [.. layers.Select(
                layer => Linear.Apply(input, Model[layer + ".weight"], Precision, withBias ? Model[layer + ".bias"] : null))];
        return FrozenLinear.Of(input, [.. layers.Select(layer => Frozen(layer, withBias))], Precision, Returned);
    }

    /// <summary>RMSNorm with a named weight.</summary>
    public Tensor Norm(string name, Tensor x) => Decoder.RmsNorm(x, Model[name + ".weight"], Model.Configuration.NormEpsilon);

    public Tensor Rotate(Tensor x) => Decoder.Rotate(x, _cosines, _sines);

    /// <summary><c>[tokens, heads, size]</c> to <c>[batch, time, heads, size]</c>.</summary>
    public Tensor Pad(Tensor rows) =>
        (_padded is null ? rows : rows.index_select(0, _padded)).view(Batch.SequenceCount, Time, rows.shape[1], rows.shape[2]);

    /// <summary><c>[batch, time, width]</c> to <c>[tokens, width]</c>.</summary>
    public Tensor Unpad(Tensor grid) =>
        _unpadded is null ? grid.view(Batch.TokenCount, -1) : grid.view(Batch.SequenceCount * Time, -1).index_select(0, _unpadded);

    private FrozenLinear.Layer Frozen(string layer, bool withBias)
    {
        string parameter = layer + ".weight";
        (Tensor? a, Tensor? b, float scaling) = Adapter?.Of(parameter) ?? default;
        return new(Model[parameter], withBias ? Model[layer + ".bias"] : null, a, b, scaling);
    }
}
