using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training.Rollouts;
using static TorchSharp.torch;

namespace Tilt.Training.Optimizers;

/// <summary>
/// One optimiser step a batch, or several: micro-batched forward and backward of the policy-gradient loss, gradient clipping, AdamW.
/// Blind to algorithms: it receives tokens with one weight each, or asks for their weights at the log-probabilities as they are.
/// </summary>
public sealed class PolicyOptimizer
{
    private readonly Transformer _policy;
    private readonly AdamW _adam;
    private readonly TrainingConfiguration _configuration;
    private readonly StepTimings? _timings;
    private readonly ReferenceWeights? _reference;

    /// <summary>An optimiser of <paramref name="policy"/>'s trainable parameters: its float32 masters, or its adapter.</summary>
    /// <param name="policy">The weights.</param>
    /// <param name="adam">Updates them.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="timings">Told how long each part takes.</param>
    /// <param name="reference">The reference's weights, for a KL penalty of whole distributions in the loss; else null.</param>
    public PolicyOptimizer(Transformer policy, AdamW adam, TrainingConfiguration configuration, StepTimings? timings = null,
        ReferenceWeights? reference = null)
    {
        _reference = configuration.ToKlPenalty() is { Whole: true, InLoss: true }
            ? reference
                ?? throw new ArgumentException("A KL penalty of whole distributions needs the reference's weights.", nameof(reference))
            : null;
        _policy = policy;
        _adam = adam;
        _configuration = configuration;
        _timings = timings;
    }

    /// <summary>Whether the weights are between two updates of one step, as when the second one failed.</summary>
    public bool IsBetweenUpdates { get; private set; }

    /// <summary>Does step <paramref name="step"/> (counted from 0) on a batch: as many updates as are configured.</summary>
    /// <param name="step">Steps done before.</param>
    /// <param name="batch">The sequences of the step; the divisor of the mean is in their weights.</param>
    /// <returns>What the first update did; the largest norm and any clipping of all.</returns>
    /// <exception cref="ArithmeticException">Loss or gradient is not finite; the update is not done, those before it are.</exception>
    public UpdateStatistics Step(int step, IReadOnlyList<WeightedSequence> batch)
    {
        var reweighing = new Reweighing();
        UpdateStatistics first = Update(step, batch, reweighing);
        for (int update = 1; update < _configuration.Loss.Updates; update++)
        {
            IsBetweenUpdates = true;
            reweighing.NextUpdate();
            UpdateStatistics next = Update(step, batch, reweighing);
            first = first with
            {
                GradientNorm = Math.Max(first.GradientNorm, next.GradientNorm),
                Clipped = first.Clipped || next.Clipped,
                Tokens = first.Tokens + next.Tokens,
            };
        }

        IsBetweenUpdates = false;
        return reweighing.RatioMax is null ? first : first with
        {
            RatioMax = reweighing.RatioMax,
            RatioClipped = reweighing.Counted.Clipped / (double)Math.Max(1, reweighing.Counted.Tokens),
        };
    }

    private UpdateStatistics Update(int step, IReadOnlyList<WeightedSequence> batch, Reweighing reweighing)
    {
        ZeroGradients();
        double loss = 0;
        var mismatch = new MismatchSums();
        bool shared = _policy.SharesPrompts(_configuration.Dtype.ToCompute());
        foreach (var microBatch in shared
            ? MicroBatches.SplitByPrompt(batch, _configuration.Loss.MicroBatchTokens)
            : MicroBatches.Split(batch, _configuration.Loss.MicroBatchTokens))
            loss += Accumulate(microBatch, mismatch, reweighing);

        using var optimizing = _timings?.Measure("time/optimizer");
        double learningRate = LearningRateSchedule.At(step, _configuration.Steps, _configuration.Optimizer);
        double norm = GradientClipping.Clip(_policy.TrainableParameters.Select(p => p.Value), _configuration.Optimizer.GradientClip);
        if (!double.IsFinite(norm) || !double.IsFinite(loss))
            throw new ArithmeticException($"Step {step + 1} has loss {loss} and gradient norm {norm}{FirstNotFinite()}: training has "
                + $"diverged and stopped before the update. Lower optimizer.learning_rate, or resume from an earlier checkpoint.");
        _adam.Step(learningRate);
        return new()
        {
            Version = step + 1,
            Loss = loss,
            GradientNorm = norm,
            Clipped = norm > _configuration.Optimizer.GradientClip,
            LearningRate = learningRate,
            Tokens = batch.Sum(s => (long)s.Length),
            Mismatch = mismatch.Statistics(_configuration.Importance.Cap),
        };
    }

    private string FirstNotFinite()
    {
        if (_policy.FirstNotFinite() is { } weights) return $" (the weights '{weights}' are not finite)";
        foreach (var parameter in _policy.TrainableParameters)
        {
            using var scope = NewDisposeScope();
            if (parameter.Value.grad is { } gradient && !gradient.isfinite().all().item<bool>())
                return $" (the gradient of '{parameter.Name}' is not finite)";
        }

        return "";
    }

    private static float[] Shares(IReadOnlyList<WeightedSequence> microBatch) => [.. microBatch.SelectMany(s =>
        Enumerable.Repeat((float)(s.Terms!.Rule.Kl.Coefficient * s.Terms.Share), s.Sequence.ResponseIds.Length))];

    private void ZeroGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in _policy.TrainableParameters)
        {
            // A step in which no sequence has weight is a step all the same, with zero gradients: also the first one after a resume.
            if (parameter.Value.grad is { } gradient) gradient.zero_();
            else parameter.Value.grad = zeros_like(parameter.Value).DetachFromDisposeScope();
        }
    }

    private double Accumulate(IReadOnlyList<WeightedSequence> microBatch, MismatchSums mismatch, Reweighing reweighing)
    {
        using var scope = NewDisposeScope();
        Tensor loss;
        double value;
        using (_timings?.Measure("time/forward"))
        {
            TokenSequence[] sequences = [.. microBatch.Select(s => s.Sequence)];
            (Tensor logProbabilities, Tensor? divergences) = _reference is null
                ? (_policy.ResponseLogProbabilities(sequences, _configuration.Dtype.ToCompute()), null)
                : _policy.ResponseLogProbabilitiesAndDivergences(sequences, _reference.Model, _configuration.Dtype.ToCompute());
            (float[] factors, double? whole) = reweighing.Of(logProbabilities, microBatch);
            var weights = tensor(factors, device: _policy.Device);
            loss = PolicyGradientLoss.Compute(logProbabilities, weights);
            value = whole ?? loss.item<float>();
            mismatch.Add(logProbabilities, microBatch);
            if (divergences is not null)
            {
                // coefficient · Σ KL_t / divisor, the divisor of every other term of a token.
                Tensor penalty = tensor(Shares(microBatch), device: _policy.Device).mul(divergences).sum();
                value += penalty.item<float>();
                loss = loss.Plus(penalty);
            }
        }

        using (_timings?.Measure("time/backward")) loss.backward();
        return value;
    }
}
