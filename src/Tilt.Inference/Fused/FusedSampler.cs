using Tilt.Rollouts;

namespace Tilt.Inference.Fused;

/// <summary>
/// Draws whole responses from a <see cref="FusedModel"/>. Each thread keeps a block of sequences in flight; a finished one's
/// place goes to the next that waits, and prompts are read in the same batches in which responses grow.
/// </summary>
public sealed class FusedSampler : ISampler
{
    private readonly FusedModel _model;
    private readonly int _blockSize;

    /// <summary>Samples from <paramref name="model"/>, on as many threads as it uses.</summary>
    public FusedSampler(FusedModel model) : this(model, SamplerWorker.DefaultBlockSize)
    {
    }

    internal FusedSampler(FusedModel model, int blockSize)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _blockSize = blockSize;
    }

    /// <inheritdoc/>
    public long WeightsVersion => _model.WeightsVersion;

    /// <inheritdoc/>
    public Task<Completion[]> SampleAsync(IReadOnlyList<SampleRequest> requests, SamplingOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(options);
        CheckTemperature(options.Temperature);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxNewTokens, 1, nameof(options));
        for (int i = 0; i < requests.Count; i++) _model.CheckPrompt(requests[i].PromptIds, options.MaxNewTokens, i);
        return Task.Run(() => Sample(requests, options, cancellationToken), cancellationToken);
    }

    internal static void CheckTemperature(float temperature)
    {
        if (!(temperature >= 0) || float.IsInfinity(1f / temperature) && temperature != 0 || float.IsInfinity(temperature))
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature,
                "The temperature must be 0 (greedy) or a positive number.");
    }

    private Completion[] Sample(IReadOnlyList<SampleRequest> requests, SamplingOptions options, CancellationToken cancellationToken)
    {
        var queue = new SampleQueue(requests, _model.Threads, _blockSize);
        var completions = new Completion[requests.Count];
        WorkSharing.Run(Math.Min(_model.Threads, queue.PieceCount), () =>
        {
            ForwardPass forward = _model.Rent();
            new SamplerWorker(_model, forward, queue, options, _blockSize, completions).Run(cancellationToken);
            _model.Return(forward);
        });
        return completions;
    }
}
