using Tilt.Settings;

namespace Tilt.Training.Optimizers;

/// <summary>
/// Linear warm-up from a fraction of the learning rate, then constant (the paper's schedule, arXiv 2604.16259), or falling to the last
/// step.
/// </summary>
public static class LearningRateSchedule
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="steps">Steps of the whole run, which a falling learning rate ends with.</param>
    /// <param name="optimizer">The settings.</param>
    public static double At(int step, int steps, OptimizerConfiguration optimizer)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        if (step < optimizer.WarmupSteps)
        {
            double progress = (double)step / optimizer.WarmupSteps;
            return optimizer.LearningRate * (optimizer.WarmupStartFactor + (1 - optimizer.WarmupStartFactor) * progress);
        }

        double past = steps - 1 <= optimizer.WarmupSteps ? 1
            : Math.Min(1, (double)(step - optimizer.WarmupSteps) / (steps - 1 - optimizer.WarmupSteps));
        double share = optimizer.Decay switch
        {
            LearningRateDecay.None => 1,
            LearningRateDecay.Linear => 1 - (1 - optimizer.DecayFactor) * past,
            LearningRateDecay.Cosine => optimizer.DecayFactor + (1 - optimizer.DecayFactor) * (1 + Math.Cos(Math.PI * past)) / 2,
            _ => throw new InvalidOperationException($"The decay {optimizer.Decay} is not defined."),
        };
        return optimizer.LearningRate * share;
    }
}
