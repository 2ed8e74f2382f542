using Tilt.Inference.Fused;
using Tilt.Rollouts;
using Tilt.Torch.Model;

namespace Tilt.Training;

/// <summary>
/// A language model being trained: float32 master weights, or an adapter beside frozen ones, for the gradient; and the float32
/// engine that samples and scores with the same weights, the adapter merged.
/// </summary>
public sealed class Policy : IDisposable
{
    private readonly FusedModel _engine;

    /// <summary>A policy over <paramref name="weights"/>, which it owns from here on.</summary>
    /// <param name="weights">Master weights, or frozen ones with an adapter.</param>
    /// <param name="threads">Threads of generation and scoring; results do not depend on it.</param>
    public Policy(Transformer weights, int threads)
    {
        Weights = weights;
        _engine = new FusedModel(weights.Configuration, weights.CopyWeights(), threads);
        Sampler = new FusedSampler(_engine);
    }

    /// <summary>The weights.</summary>
    public Transformer Weights { get; }

    /// <summary>Scores and steps with the weights of the last <see cref="Refresh"/>.</summary>
    public ILanguageModel Model => _engine;

    /// <summary>Samples with the weights of the last <see cref="Refresh"/>.</summary>
    public ISampler Sampler { get; }

    /// <summary>Hands the weights to the engine; call after every optimiser step.</summary>
    public void Refresh() => _engine.UpdateWeights(Weights.CopyWeights());

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();
}
