using Tilt.Rollouts;

namespace Tilt.Training;

/// <summary>
/// What samples from the policy and scores with it while the trainer changes its weights: the fused kernels, libtorch on any device,
/// or servers elsewhere. A new engine is one class.
/// </summary>
public interface IPolicyEngine : IDisposable
{
    /// <summary>Samples with the weights last published.</summary>
    ISampler Sampler { get; }

    /// <summary>Steps and scores with the weights last published, in float32.</summary>
    ILanguageModel Model { get; }

    /// <summary>
    /// Whether the log-probabilities that <see cref="Sampler"/> records are the trainer's own to 1e-5 (float32, the same weights), so that
    /// nothing needs to be scored again.
    /// </summary>
    bool RecordsTrainerLogProbabilities { get; }

    /// <summary>
    /// The reference that the policy's own weights hold: the frozen model under an adapter, the adapter switched off. Null where there is
    /// none and a reference must be loaded.
    /// </summary>
    ILanguageModel? SharedReference { get; }

    /// <summary>Hands the trainer's weights to the engine; whatever is sampled from then on carries the version.</summary>
    /// <param name="version">Optimiser steps done.</param>
    /// <param name="cancellationToken">Cancels engines that wait for others.</param>
    Task PublishAsync(long version, CancellationToken cancellationToken = default);
}
