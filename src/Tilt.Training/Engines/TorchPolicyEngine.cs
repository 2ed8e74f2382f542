using Tilt.Rollouts;
using Tilt.Torch;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;

namespace Tilt.Training.Engines;

/// <summary>
/// libtorch on the trainer's device. Frozen weights under an adapter are used in place, and the same weights with the adapter switched
/// off are the reference: no second model exists.
/// </summary>
public sealed class TorchPolicyEngine : IPolicyEngine
{
    private readonly TorchLanguageModel _model;
    private readonly TorchLanguageModel? _reference;

    /// <summary>An engine for <paramref name="weights"/>, which it does not own.</summary>
    /// <param name="weights">The trainer's weights.</param>
    /// <param name="precision">Precision of the products in generation; scores are float32 always.</param>
    public TorchPolicyEngine(Transformer weights, ComputePrecision precision)
    {
        _model = new TorchLanguageModel(weights, precision);
        _reference = weights.UsesAdapter ? _model.WithoutAdapter() : null;
        Sampler = new TorchSampler(_model);
    }

    /// <inheritdoc/>
    public ISampler Sampler { get; }

    /// <inheritdoc/>
    public ILanguageModel Model => _model;

    /// <summary>No: products of other shapes round differently.</summary>
    public bool RecordsTrainerLogProbabilities => false;

    /// <inheritdoc/>
    public ILanguageModel? SharedReference => _reference;

    /// <inheritdoc/>
    public Task PublishAsync(long version, CancellationToken cancellationToken = default)
    {
        _model.Refresh(version);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reference?.Dispose();
        _model.Dispose();
    }
}
