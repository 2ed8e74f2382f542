using Tilt.Settings;

namespace Tilt.Training.Optimizers;

/// <summary>Linear warm-up from a fraction of the learning rate, then constant (the paper's schedule, arXiv 2604.16259).</summary>
public static class LearningRateSchedule
{
    /// <summary>The learning rate of optimiser step <paramref name="step"/>, counted from 0.</summary>
    public static double At(int step, OptimizerConfiguration optimizer)
    {
        if (step >= optimizer.WarmupSteps) return optimizer.LearningRate;
        double progress = (double)step / optimizer.WarmupSteps;
        return optimizer.LearningRate * (optimizer.WarmupStartFactor + (1 - optimizer.WarmupStartFactor) * progress);
    }
}
