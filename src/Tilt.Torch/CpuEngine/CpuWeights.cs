using Tilt.HuggingFace.Architecture;
using Tilt.Inference.Vectors;
using Tilt.Torch.Decoding;
using Tilt.Torch.Native;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.CpuEngine;

/// <summary>The weights of a block. Norms and biases are float32.</summary>
internal sealed record CpuBlockWeights(
    AlignedBuffer AttentionNorm, LinearWeights Query, LinearWeights Key, LinearWeights Value,
    AlignedBuffer? QueryBias, AlignedBuffer? KeyBias, AlignedBuffer? ValueBias, AlignedBuffer? QueryNorm, AlignedBuffer? KeyNorm,
    LinearWeights Output, AlignedBuffer MlpNorm, LinearWeights Gate, LinearWeights Up, LinearWeights Down);

/// <summary>
/// A model's weights for the kernels. Frozen matrices are used in place where their type fits: bfloat16 ones for products of
/// either precision (the kernels widen as they read, exactly), float32 ones for float32. Others are converted once.
/// </summary>
internal sealed class CpuWeights : IDisposable
{
    private readonly IWeightSource _source;
    private readonly List<StoredMatrix> _matrices = [];

    /// <param name="source">The weights; not owned, and not needed any more afterwards.</param>
    /// <param name="precision">Precision of the products.</param>
    /// <param name="storage">Packed: the blocks' matrices are packed by oneDNN; needs bfloat16 precision and
    /// <see cref="PackedProduct.IsAvailable"/>.</param>
    public CpuWeights(IWeightSource source, ComputePrecision precision, WeightStorage storage)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        this._source = source;
        (Configuration, Precision, Storage) = (source.Configuration, precision, storage);
        try
        {
            Embedding = Matrix(ParameterLayout.Embedding, WeightStorage.Mapped);
            FinalNorm = Vector(ParameterLayout.FinalNorm);
            Head = Configuration.TiedEmbeddings ? Embedding : Matrix(ParameterLayout.Output, WeightStorage.Mapped);
            Blocks = [.. Enumerable.Range(0, Configuration.LayerCount).Select(layer => Block(ParameterLayout.Block(layer)))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private CpuWeights(CpuWeights owner)
    {
        (_source, Configuration, Precision, Storage) = (owner._source, owner.Configuration, owner.Precision, owner.Storage);
        (Embedding, FinalNorm, Head) = (owner.Embedding, owner.FinalNorm, owner.Head);
        static LinearWeights Plain(LinearWeights layer) => layer with { Adapter = null };
        Blocks = [.. owner.Blocks.Select(block => block with
        {
            Query = Plain(block.Query),
            Key = Plain(block.Key),
            Value = Plain(block.Value),
            Output = Plain(block.Output),
            Gate = Plain(block.Gate),
            Up = Plain(block.Up),
            Down = Plain(block.Down),
        })];
    }

    public ModelConfiguration Configuration { get; }

    public ComputePrecision Precision { get; }

    public WeightStorage Storage { get; }

    /// <summary><c>[vocabulary, hidden]</c>.</summary>
    public StoredMatrix Embedding { get; }

    public AlignedBuffer FinalNorm { get; }

    /// <summary><c>[vocabulary, hidden]</c>; never packed, because logits are computed in float32.</summary>
    public StoredMatrix Head { get; }

    public IReadOnlyList<CpuBlockWeights> Blocks { get; }

    /// <summary>The same weights without adapters; they stay owned by this object.</summary>
    public CpuWeights WithoutAdapters() => new(this);

    public void Dispose()
    {
        foreach (StoredMatrix matrix in _matrices) matrix.Dispose();
    }

    private CpuBlockWeights Block(string block) => new(
        Vector(block + "input_layernorm.weight"),
        Linear(block + "self_attn.q_proj.weight", Storage),
        Linear(block + "self_attn.k_proj.weight", Storage),
        Linear(block + "self_attn.v_proj.weight", Storage),
        Configuration.AttentionBias ? Vector(block + "self_attn.q_proj.bias") : null,
        Configuration.AttentionBias ? Vector(block + "self_attn.k_proj.bias") : null,
        Configuration.AttentionBias ? Vector(block + "self_attn.v_proj.bias") : null,
        Configuration.HeadNorms ? Vector(block + "self_attn.q_norm.weight") : null,
        Configuration.HeadNorms ? Vector(block + "self_attn.k_norm.weight") : null,
        Linear(block + "self_attn.o_proj.weight", Storage),
        Vector(block + "post_attention_layernorm.weight"),
        Linear(block + "mlp.gate_proj.weight", Storage),
        Linear(block + "mlp.up_proj.weight", Storage),
        Linear(block + "mlp.down_proj.weight", Storage));

    private LinearWeights Linear(string name, WeightStorage storage) =>
        new(Matrix(name, storage), _source.Adapter(name) is { } layer ? new LowRankUpdate(layer) : null);

    private StoredMatrix Matrix(string name, WeightStorage storage)
    {
        Tensor stored = _source.Read(name);
        bool exact = stored.dtype is ScalarType.Float32 or ScalarType.BFloat16;
        // A bfloat16 file serves float32 products as it is; a float32 file is rounded for bfloat16 ones.
        ScalarType wanted = Precision == ComputePrecision.BFloat16 || stored.dtype == ScalarType.BFloat16
            ? ScalarType.BFloat16
            : ScalarType.Float32;
        bool inPlace = _source.IsFrozen && exact && stored.dtype == wanted;
        Tensor values = inPlace ? stored : stored.to(wanted, copy: true).contiguous();
        StoredMatrix matrix = storage == WeightStorage.Packed ? StoredMatrix.Pack(values) : new StoredMatrix(values);
        _matrices.Add(matrix);
        if (storage == WeightStorage.Packed || !inPlace)
        {
            if (storage == WeightStorage.Packed) values.Dispose();
            if (!inPlace) stored.Dispose();
            _source.Release(name);
        }
        return matrix;
    }

    private AlignedBuffer Vector(string name)
    {
        using Tensor stored = _source.Read(name);
        using Tensor wide = stored.to(ScalarType.Float32).contiguous();
        var values = new AlignedBuffer(wide.numel());
        wide.data<float>().CopyTo(values.Span);
        return values;
    }
}
