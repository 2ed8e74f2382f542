using Tilt.Rollouts;
using Tilt.Torch.Decoding;

namespace Tilt.Torch;

/// <summary>
/// Plain sampling by libtorch: as many sequences at once as the key/value cache has room for; finished ones leave the batch and
/// waiting ones enter.
/// </summary>
/// <remarks>
/// It samples on the calling thread, and the task that it returns is done: a thread of its own would have a second team of libtorch's
/// threads, and the two teams would wait for each other's cores. A sequence's random numbers do not depend on its batch; its
/// log-probabilities may in the last bits, because libtorch rounds differently for different shapes.
/// </remarks>
/// <param name="model">The model; not owned.</param>
/// <param name="options">Limits of the batch.</param>
public sealed class TorchSampler(TorchLanguageModel model, TorchSamplerOptions? options = null) : ISampler
{
    private readonly TorchSamplerOptions _limits = options ?? new();

    /// <inheritdoc/>
    public long WeightsVersion => model.WeightsVersion;

    /// <inheritdoc/>
    public Task<Completion[]> SampleAsync(IReadOnlyList<SampleRequest> requests, SamplingOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxNewTokens, 1);
        if (!(options.Temperature >= 0) || float.IsInfinity(options.Temperature))
            throw new ArgumentOutOfRangeException(nameof(options), options.Temperature,
                "The temperature must be a finite number of at least 0.");
        foreach (SampleRequest request in requests) model.CheckPrompt(request.PromptIds, options.MaxNewTokens);
        if (requests.Count == 0) return Task.FromResult(Array.Empty<Completion>());
        return Task.FromResult(Sample(requests, options, cancellationToken));
    }

    private Completion[] Sample(IReadOnlyList<SampleRequest> requests, SamplingOptions options, CancellationToken cancellationToken)
    {
        int capacity = requests.Max(r => r.PromptIds.Length) + options.MaxNewTokens;
        long bytes = KeyValueCache.BytesPerSequence(model.Configuration, model.Precision, capacity);
        int slots = (int)Math.Clamp(_limits.CacheBytes / bytes, 1, Math.Min(_limits.MaxBatch, requests.Count));
        using var wave = new TorchWave(model, slots, capacity, requests, options);
        while (!wave.Finished)
        {
            cancellationToken.ThrowIfCancellationRequested();
            wave.Step();
        }
        return wave.Completions;
    }
}

/// <summary>Limits of a <see cref="TorchSampler"/>.</summary>
public sealed record TorchSamplerOptions
{
    /// <summary>Memory for keys and values in bytes. Default 2 GiB.</summary>
    public long CacheBytes { get; init; } = 2L << 30;

    /// <summary>Most sequences generated at once. Default 256.</summary>
    public int MaxBatch { get; init; } = 256;
}
