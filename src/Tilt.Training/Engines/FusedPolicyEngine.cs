using Tilt.Inference.Fused;
using Tilt.Rollouts;
using Tilt.Torch.Model;

namespace Tilt.Training.Engines;

/// <summary>The fused kernels with a copy of the trainer's weights, an adapter merged into it.</summary>
public sealed class FusedPolicyEngine : IPolicyEngine
{
    private readonly Transformer _weights;
    private readonly FusedModel _model;
    private readonly IReadOnlyDictionary<string, float[]> _copy;

    /// <summary>An engine for <paramref name="weights"/>, which it does not own.</summary>
    /// <param name="weights">The trainer's weights.</param>
    /// <param name="threads">Threads of generation and scoring; results do not depend on it.</param>
    /// <exception cref="InputException">The fused kernels do not know the model's shape.</exception>
    public FusedPolicyEngine(Transformer weights, int threads)
    {
        _weights = weights;
        _copy = weights.CopyWeights();
        _model = new FusedModel(weights.Configuration, _copy, threads);
        Sampler = new FusedSampler(_model);
    }

    /// <inheritdoc/>
    public ISampler Sampler { get; }

    /// <inheritdoc/>
    public ILanguageModel Model => _model;

    /// <inheritdoc/>
    public bool RecordsTrainerLogProbabilities => true;

    /// <inheritdoc/>
    public ILanguageModel? SharedReference => null;

    /// <inheritdoc/>
    public Task PublishAsync(long version, CancellationToken cancellationToken = default)
    {
        _weights.CopyWeights(_copy);
        _model.UpdateWeights(_copy, version);
        return Task.CompletedTask;
    }

    /// <summary>Nothing: the memory is the garbage collector's.</summary>
    public void Dispose()
    {
    }
}
