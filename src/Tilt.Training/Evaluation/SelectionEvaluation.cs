using Tilt.Settings;
using Tilt.Training.Rollouts;

namespace Tilt.Training.Evaluation;

/// <summary>The evaluation during training: the policy on the run's selection problems, with the same random numbers every time.</summary>
/// <param name="configuration">The run.</param>
/// <param name="evaluator">Evaluator on the selection problems.</param>
/// <param name="engine">The policy.</param>
/// <param name="reference">The reference, for the KL; null leaves it out.</param>
public sealed class SelectionEvaluation(TrainingConfiguration configuration, Evaluator evaluator, IPolicyEngine engine,
    ReferenceModel? reference)
{
    /// <summary>Evaluates the weights last published.</summary>
    public Task<EvaluationTable> RunAsync(CancellationToken cancellationToken) => evaluator.EvaluateAsync(
        engine.Sampler, reference?.Model, configuration.Evaluation.Samples, klSamples: 1, configuration.Rollout.MaxNewTokens,
        (uint)configuration.Seed, cancellationToken);
}
