using System.Globalization;
using Tilt.Configuration;
using Tilt.Objectives;
using Tilt.Results;
using Tilt.Settings;

namespace Tilt.Studies.Reports;

/// <summary>From the folders of training runs to what a report shows of them.</summary>
internal static class RunAssembly
{
    /// <summary>The runs, in order; those that differ by the seed alone have one setting.</summary>
    public static IReadOnlyList<ReportRun> Of(IReadOnlyList<TrainedRun> runs)
    {
        string[] labels = FolderLabels.Of([.. runs.Select(run => run.Folder)]);
        List<string> settings = [.. runs.Select(run => run.Setting).Distinct(StringComparer.Ordinal)];
        return [.. runs.Select((run, i) => new ReportRun
        {
            Label = labels[i],
            Folder = run.Folder,
            Family = FamilyOf(run.Configuration.Objective.ToObjective()),
            Setting = settings.IndexOf(run.Setting),
            Objective = Objective(run.Configuration.Objective),
            Seed = run.Configuration.Seed,
            StepsDone = run.StepsDone,
            Steps = run.Configuration.Steps,
            SelectionProblems = run.Configuration.Evaluation.Problems,
            Facts = [.. Facts(run)],
            Curves = run.Curves,
            Findings = run.Findings,
        })];
    }

    private static MethodFamily FamilyOf(Objective objective) => objective switch
    {
        { RewardWeight: not 0, LikelihoodWeight: 0, KlWeight: 0 } => MethodFamily.TaskReward,
        { RewardWeight: not 0 } => MethodFamily.Tilted,
        { KlWeight: not 0 } => MethodFamily.Tempered,
        _ => MethodFamily.Sharpening,
    };

    private static string Objective(ObjectiveConfiguration objective)
    {
        List<string> parts = [ConfigurationName.OfEnum(objective.Regime)];
        if (objective.Regime is not (Regime.TaskReward or Regime.Custom)) parts.Add($"α = {Number(objective.Alpha)}");
        if (objective.Regime is Regime.Tilted or Regime.RewardPlusLikelihood) parts.Add($"1/β = {Number(objective.BetaInverse)}");
        if (objective.Regime == Regime.Custom)
            parts.Add($"{Number(objective.RewardWeight ?? 0)}·r + {Number(objective.LikelihoodWeight ?? 0)}·N(ℓ_ref) "
                + $"− {Number(objective.KlWeight ?? 0)}·(ℓ_π − ℓ_ref)");
        if (objective.Normalization != LengthNormalization.Sum) parts.Add(ConfigurationName.OfEnum(objective.Normalization));
        if (objective.FixedLength) parts.Add("fixed length");
        return string.Join(", ", parts);
    }

    private static IEnumerable<KeyValuePair<string, string>> Facts(TrainedRun run)
    {
        TrainingConfiguration c = run.Configuration;
        yield return new("model", c.Model);
        if (c.Reference is { } reference) yield return new("reference", reference);
        yield return new("task", ConfigurationName.OfEnum(c.Task.Name));
        yield return new("objective", Objective(c.Objective));
        yield return new("seed", Whole(c.Seed));
        yield return new("steps", run.StepsDone == c.Steps ? Whole(c.Steps) : $"{Whole(run.StepsDone)} of {Whole(c.Steps)}");
        yield return new("learning rate", c.Optimizer.LearningRate.ToString("0.################", CultureInfo.InvariantCulture));
        yield return new("rollouts", $"{Whole(c.Rollout.PromptsPerStep)} × {Whole(c.Rollout.Generations)}");
        yield return new("limit", $"{Whole(c.Rollout.MaxNewTokens)} tokens");
        yield return new("trains", c.Adapter switch
        {
            null => "all weights",
            { Path: { } path } => $"adapter from {path}",
            var adapter => $"adapter of rank {Whole(adapter.Rank ?? 16)}",
        });
        yield return new("advantage", ConfigurationName.OfEnum(c.Advantage));
        yield return new("dtype", ConfigurationName.OfEnum(c.Dtype));
        if (run.Seconds is { } seconds) yield return new("time", NumberText.Duration(seconds));
        yield return new("begun", run.StartedAt.Length >= 16 ? run.StartedAt[..16].Replace('T', ' ') + " UTC" : run.StartedAt);
        yield return new("Tilt", run.Version.Split('+')[0]);
    }

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
}
