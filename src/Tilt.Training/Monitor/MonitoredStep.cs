namespace Tilt.Training.Monitor;

/// <summary>What the monitor keeps of a training step. Saved with the run's state, so that a resumed run sees what it had seen.</summary>
/// <param name="Step">The step, counted from 1.</param>
/// <param name="RewardTask">Mean task reward.</param>
/// <param name="RewardShaped">Mean of R.</param>
/// <param name="Length">Mean response tokens.</param>
/// <param name="ShortestDecile">Tokens that nine of ten responses exceed or reach.</param>
/// <param name="Truncated">Share of responses that met the length limit.</param>
/// <param name="Repeated">Share of responses that are equal to another one to the same problem.</param>
/// <param name="Entropy">Nats per token; null when not recorded.</param>
/// <param name="Kl">KL to the reference, nats per response; null without a reference.</param>
/// <param name="GradientNorm">Norm before clipping.</param>
/// <param name="Clipped">Whether it was clipped.</param>
/// <param name="ZeroAdvantage">Share of groups whose advantages are all 0.</param>
/// <param name="Unparsable">Share of responses without a readable answer.</param>
/// <param name="OverBudget">Share of verdicts over budget.</param>
/// <param name="MismatchKl">Between sampler and trainer, nats per token; null when not measured.</param>
public sealed record MonitoredStep(
    int Step, double RewardTask, double RewardShaped, double Length, double ShortestDecile, double Truncated, double Repeated,
    double? Entropy, double? Kl, double GradientNorm, bool Clipped, double ZeroAdvantage, double Unparsable, double OverBudget,
    double? MismatchKl);
