using Tilt.Settings;

namespace Tilt.Training.Monitor;

/// <summary>
/// Watches the figures of a run and names what goes wrong. What it finds is a function of the steps so far alone: a resumed run finds the
/// same.
/// </summary>
/// <param name="configuration">Window, and what ends the run.</param>
public sealed class StabilityMonitor(MonitorConfiguration configuration)
{
    /// <summary>What shows at the last step and did not at the one before.</summary>
    /// <param name="history">All steps so far, in order.</param>
    public IReadOnlyList<Finding> Look(IReadOnlyList<MonitoredStep> history)
    {
        StepWindow[] windows = StepWindow.Of(history, configuration.Window);
        if (windows.Length == 0) return [];
        StepWindow[] before = windows[..^1];
        return
        [
            .. from rule in MonitorRules.All
               let sentence = rule.Look(windows)
               where sentence is not null && (before.Length == 0 || rule.Look(before) is null)
               select new Finding(history[^1].Step, rule.Name, sentence, configuration.Stop.Contains(rule.Name, StringComparer.Ordinal)),
        ];
    }
}
