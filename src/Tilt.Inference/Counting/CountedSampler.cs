using Tilt.Rollouts;

namespace Tilt.Inference.Counting;

/// <summary>A sampler that tells how many tokens it draws while it draws them.</summary>
/// <param name="sampler">Draws the responses.</param>
/// <param name="drawn">Told numbers of tokens, from any thread.</param>
public sealed class CountedSampler(ISampler sampler, IProgress<int> drawn) : ISampler
{
    /// <inheritdoc/>
    public long WeightsVersion => sampler.WeightsVersion;

    /// <inheritdoc/>
    public Task<Completion[]> SampleAsync(IReadOnlyList<SampleRequest> requests, SamplingOptions options,
        CancellationToken cancellationToken = default) =>
        sampler.SampleAsync(requests, options with { Drawn = drawn }, cancellationToken);
}
