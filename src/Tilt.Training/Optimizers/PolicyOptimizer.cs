using System.Diagnostics;
using Tilt.Objectives;
using Tilt.Settings;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Training.Optimizers;

/// <summary>
/// One optimiser step a batch: micro-batched forward and backward of the policy-gradient loss, gradient clipping, AdamW.
/// Blind to algorithms: it receives tokens with their advantages.
/// </summary>
public sealed class PolicyOptimizer
{
    private readonly Transformer _policy;
    private readonly AdamW _adam;
    private readonly TrainingConfiguration _configuration;

    /// <summary>An optimiser of <paramref name="policy"/>'s trainable parameters: its float32 masters, or its adapter.</summary>
    public PolicyOptimizer(Transformer policy, AdamW adam, TrainingConfiguration configuration)
    {
        _policy = policy;
        _adam = adam;
        _configuration = configuration;
    }

    /// <summary>Does optimiser step <paramref name="step"/> (counted from 0) on a batch.</summary>
    /// <exception cref="ArithmeticException">Loss or gradient is not finite; the weights are unchanged.</exception>
    public UpdateStatistics Step(int step, IReadOnlyList<TrainingSequence> batch)
    {
        long tokens = batch.Sum(s => (long)s.Sequence.ResponseIds.Length);
        ComputePrecision precision = _configuration.Dtype.ToCompute();
        var accumulator = new Accumulator();
        ZeroGradients();
        foreach (var microBatch in MicroBatches.Split(batch, _configuration.Loss.MicroBatchTokens))
            Accumulate(microBatch, tokens, batch.Count, precision, accumulator);

        long start = Stopwatch.GetTimestamp();
        double learningRate = LearningRateSchedule.At(step, _configuration.Optimizer);
        double norm = GradientClipping.Clip(_policy.TrainableParameters.Select(p => p.Value), _configuration.Optimizer.GradientClip);
        if (!double.IsFinite(norm) || !double.IsFinite(accumulator.Loss))
            throw new ArithmeticException($"Step {step + 1} has loss {accumulator.Loss} and gradient norm {norm}: training has diverged and stopped before the update. Lower optimizer.learning_rate, or resume from an earlier checkpoint.");
        _adam.Step(learningRate);
        return new()
        {
            Loss = accumulator.Loss,
            GradientNorm = norm,
            Clipped = norm > _configuration.Optimizer.GradientClip,
            LearningRate = learningRate,
            MismatchKl = accumulator.LogRatio / Math.Max(1, tokens),
            ImportanceMean = accumulator.Ratio / Math.Max(1, tokens),
            ImportanceMax = accumulator.RatioMax,
            ImportanceTruncated = accumulator.Truncated / (double)Math.Max(1, tokens),
            ForwardSeconds = accumulator.ForwardSeconds,
            BackwardSeconds = accumulator.BackwardSeconds,
            OptimizerSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
        };
    }

    private void ZeroGradients()
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in _policy.TrainableParameters) parameter.Value.grad?.zero_();
    }

    private void Accumulate(IReadOnlyList<TrainingSequence> microBatch, long tokens, int responses, ComputePrecision precision, Accumulator accumulator)
    {
        using var scope = NewDisposeScope();
        long start = Stopwatch.GetTimestamp();
        var sampling = tensor((float[])[.. microBatch.SelectMany(s => s.SamplingLogProbabilities)]);
        var advantages = tensor((float[])[.. microBatch.SelectMany(s => Enumerable.Repeat((float)(s.Advantage * Share(s.Sequence.ResponseIds.Length)), s.Sequence.ResponseIds.Length))]);
        var logProbabilities = _policy.ResponseLogProbabilities([.. microBatch.Select(s => s.Sequence)], precision);
        var loss = PolicyGradientLoss.Compute(logProbabilities, sampling, advantages, tokens, _configuration.Loss.ImportanceCap);
        accumulator.Add(loss.item<float>(), logProbabilities, sampling, _configuration.Loss.ImportanceCap);
        accumulator.ForwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;

        start = Stopwatch.GetTimestamp();
        loss.backward();
        accumulator.BackwardSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;

        // The loss divides by all tokens: exactly 1 for the mean over tokens.
        double Share(int length) => tokens / _configuration.Loss.Aggregation.Denominator(length, responses, tokens, _configuration.Rollout.MaxNewTokens);
    }

    /// <summary>Sums over micro-batches; ratios are taken before truncation.</summary>
    private sealed class Accumulator
    {
        public double Loss, LogRatio, Ratio, RatioMax, ForwardSeconds, BackwardSeconds;
        public long Truncated;

        public void Add(double loss, Tensor logProbabilities, Tensor sampling, double cap)
        {
            Loss += loss;
            var policy = logProbabilities.detach().data<float>();
            var drawn = sampling.data<float>();
            for (long t = 0; t < policy.Count; t++)
            {
                double logRatio = (double)policy[t] - drawn[t], ratio = Math.Exp(logRatio);
                LogRatio -= logRatio;
                Ratio += ratio;
                RatioMax = Math.Max(RatioMax, ratio);
                if (ratio > cap) Truncated++;
            }
        }
    }
}

/// <summary>What one optimiser step did.</summary>
public sealed record UpdateStatistics
{
    /// <summary>The loss.</summary>
    public required double Loss { get; init; }
    /// <summary>Global gradient norm before clipping.</summary>
    public required double GradientNorm { get; init; }
    /// <summary>Whether the gradient was clipped.</summary>
    public required bool Clipped { get; init; }
    /// <summary>The learning rate used.</summary>
    public required double LearningRate { get; init; }
    /// <summary>E[log q − log π] over tokens drawn from the rollout engine q: KL between engine and trainer, nats per token.</summary>
    public required double MismatchKl { get; init; }
    /// <summary>Mean of π/q over tokens, before truncation; 1 when engine and trainer agree.</summary>
    public required double ImportanceMean { get; init; }
    /// <summary>Largest π/q, before truncation.</summary>
    public required double ImportanceMax { get; init; }
    /// <summary>Share of tokens whose π/q exceeded the cap.</summary>
    public required double ImportanceTruncated { get; init; }
    /// <summary>Seconds of the forward passes.</summary>
    public required double ForwardSeconds { get; init; }
    /// <summary>Seconds of the backward passes.</summary>
    public required double BackwardSeconds { get; init; }
    /// <summary>Seconds of clipping and AdamW.</summary>
    public required double OptimizerSeconds { get; init; }
}
