using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Tilt.Configuration;
using Tilt.Objectives;

// The descriptions document the properties: comments of config.yaml and docs/configuration.md are made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>A training run: what <c>tilt train</c> reads.</summary>
[Description("A training run.")]
public sealed record TrainingConfiguration : IValidatable
{
    [Description("Name of the run.")]
    public string Name { get; init; } = "training";

    [Description("Folder of the base model in Hugging Face layout, a GGUF file, or a repository that 'tilt pull' fetched, such as "
        + "Qwen/Qwen2.5-3B-Instruct.")]
    [ExistingPath(OrName = true)]
    public string Model { get; init; } = "assets/embedded";

    [Description("Folder, GGUF file or repository of the reference model p of the objective; null takes the base model.")]
    [ExistingPath(OrName = true)]
    public string? Reference { get; init; }

    [Description("Run folder, relative to the working directory; {name} stands for the run's name.")]
    [ChangeableOnResume]
    public string Out { get; init; } = "runs/{name}";

    [Description("Seed of every random number of the run.")]
    [AtLeast(0)]
    public int Seed { get; init; } = 42;

    [Description("Optimiser steps.")]
    [AtLeast(1), ChangeableOnResume]
    public int Steps { get; init; } = 60;

    [Description("Threads of generation and training.")]
    [AtLeast(1)]
    public int Threads { get; init; } = 1;

    [Description("Precision of the forward and backward passes of the loss; log-probabilities that enter rewards are float32 always.")]
    public TrainingPrecision Dtype { get; init; } = TrainingPrecision.Bfloat16;

    [Description("Computes every block again in the backward pass instead of keeping its activations: much less memory, about a third more "
        + "work for the loss, the same gradients.")]
    public bool ActivationCheckpointing { get; init; }

    [Description("What samples and scores: the fused vector kernels, or libtorch. Auto takes the fused ones for models of up to 50 million "
        + "parameters.")]
    public EngineName Engine { get; init; } = EngineName.Auto;

    [Description("Where the model is trained and sampled: cpu, cuda (the first CUDA device) or cuda:N.")]
    public string Device { get; init; } = "cpu";

    [Description("Trains a low-rank adapter (LoRA) beside the frozen base model, which stays the reference; null trains all weights. Any "
        + "key given switches it on.")]
    public AdapterConfiguration? Adapter { get; init; }

    [Description("Where the problems come from.")]
    public TaskConfiguration Task { get; init; } = new();

    [Description("The task reward r.")]
    public RewardConfiguration Reward { get; init; } = new();

    [Description("What is maximised: R = w_r·r + w_l·N(l_ref) - w_kl·(l_pi - l_ref).")]
    public ObjectiveConfiguration Objective { get; init; } = new();

    [Description("How responses are sampled.")]
    public RolloutConfiguration Rollout { get; init; } = new();

    [Description("What R is compared with before it enters the gradient.")]
    public AdvantageName Advantage { get; init; } = AdvantageName.LeaveOneOut;

    [Description("What is done to rewards and advantages besides.")]
    public ShapingConfiguration Shaping { get; init; } = new();

    [Description("A KL penalty besides the objective's own: coefficient·k(log pi - log p) of every token.")]
    public KlConfiguration Kl { get; init; } = new();

    [Description("Corrects for the difference between what sampled the responses and what is trained.")]
    public ImportanceConfiguration Importance { get; init; } = new();

    [Description("The policy-gradient loss.")]
    public LossConfiguration Loss { get; init; } = new();

    [Description("AdamW and its learning-rate schedule.")]
    public OptimizerConfiguration Optimizer { get; init; } = new();

    [Description("Evaluation during training, on selection problems.")]
    public EvaluationConfiguration Evaluation { get; init; } = new();

    [Description("Scores the reference for the metrics kl/reference, likelihood/reference and evaluation/kl also where the objective does "
        + "not need it; false saves a forward pass and, for full fine-tuning, a second model in memory.")]
    public bool TrackReference { get; init; } = true;

    [Description("What is watched in the figures of the run, and what ends it.")]
    public MonitorConfiguration Monitor { get; init; } = new();

    [Description("Ends the run when its accuracy on selection problems has fallen; null lets it go on to the last step. Any key given "
        + "switches it on.")]
    [ChangeableOnResume]
    public EarlyStoppingConfiguration? EarlyStopping { get; init; }

    [Description("Time after which the run saves and ends with exit code 130, to be continued by the same command, such as 3h45m or "
        + "90m; it "
        + "ends before a step that would not be over in time. Null for no limit.")]
    [ChangeableOnResume]
    public string? MaxTime { get; init; }

    [Description("What is kept to resume from.")]
    public CheckpointConfiguration Checkpoint { get; init; } = new();

    /// <summary>The run folder with the name filled in, as a full path.</summary>
    public string RunFolderPath() => Path.GetFullPath(Out.Replace("{name}", Name, StringComparison.Ordinal));

    /// <summary>Whether rewards or loss need the reference model.</summary>
    public bool NeedsReference() => Objective.ToObjective().UsesReference || Kl.Coefficient != 0;

    /// <summary>The objective's part that is made of sampled tokens: all of it, unless its KL term is of whole distributions.</summary>
    public Objective ToSampledObjective() =>
        Objective.WholeKl ? Objective.ToObjective() with { KlWeight = 0 } : Objective.ToObjective();

    /// <summary>
    /// The KL penalty besides <see cref="ToSampledObjective"/>: the objective's own term where it is of whole distributions.
    /// </summary>
    /// <param name="byToken">Whether it acts token by token: in the loss, or in advantages of tokens.</param>
    public KlPenalty ToKlPenalty(bool byToken = false) => Objective.WholeKl
        ? new(Objective.ToObjective().KlWeight, KlEstimator.K1, KlPlace.Both) { Whole = true }
        : Kl.ToPenalty(byToken);

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0 || Name is "." or "..")
            yield return new(nameof(Name),
                $"is '{Name}', but must be a name that can be part of a folder's name: not empty, without slashes.");
        if (string.IsNullOrWhiteSpace(Out))
            yield return new(nameof(Out), "is empty; give the folder that the run is written to, such as 'runs/{name}'.");
        if (MaxTime is not null && Duration.TryParse(MaxTime) is null)
            yield return new(nameof(MaxTime), $"is '{MaxTime}', but must be a length of time such as 3h45m, 90m, 1d or 30s.");
        if (Shaping.NormalizeAdvantages && Advantage.TakesKl())
            yield return new(nameof(Advantage),
                $"is '{ConfigurationName.OfEnum(Advantage)}', which normalises over the tokens of the step by "
                    + $"itself; set shaping.normalize_advantages to false.");
        if (Loss.FilterZeroVariance && (Advantage == AdvantageName.None || Advantage.TakesKl()))
            yield return new(nameof(Advantage),
                $"is '{ConfigurationName.OfEnum(Advantage)}', which gives groups of equal rewards advantages "
                    + $"too; set loss.filter_zero_variance to false, or choose another advantage.");
        if (Objective.FixedLength && Loss.MaskTruncated)
            yield return new(nameof(Loss), "has mask_truncated, but responses of fixed length all end at the limit: nothing would be left "
                + "to learn from; set one of loss.mask_truncated and objective.fixed_length to false.");
        if (Objective.FixedLength && Shaping.OverlongCache is not null)
            yield return new(nameof(Shaping), "has an overlong_cache, but responses of fixed length all have the same penalty; leave one "
                + "of shaping.overlong_cache and objective.fixed_length out.");
        if (Rollout.Resample > 0 && Rollout.Generations < 2)
            yield return new(nameof(Rollout), "has resample, but one generation never differs from itself; set rollout.resample to 0.");
        if (Loss.FilterZeroVariance && Kl is { Coefficient: not 0, Place: KlPlace.Loss or KlPlace.Both })
            yield return new(nameof(Loss), "has filter_zero_variance, but with a KL penalty in the loss such problems have a gradient too; "
                + "set one of loss.filter_zero_variance and kl.coefficient to its default.");
        if (Loss.Kind is LossName.Gspo or LossName.RlooClip && Importance.Level == ImportanceLevel.Token)
            yield return new(nameof(Importance), $"has the level 'token', but the loss '{ConfigurationName.OfEnum(Loss.Kind)}' counts a "
                + $"response as one action; set importance.level to 'sequence' or 'none'.");
        if (Objective.WholeKl && Kl.Coefficient != 0)
            yield return new(nameof(Kl),
                "has a coefficient, but objective.whole_kl is true: the KL term is the objective's own; leave one of "
                    + "them out.");
        if (Objective.WholeKl && Advantage.TakesKl())
            yield return new(nameof(Advantage), $"is '{ConfigurationName.OfEnum(Advantage)}', which takes the KL term token by token and "
                + $"normalises it; choose another advantage, or set objective.whole_kl to false.");
        if (Kl is { Coefficient: not 0, Place: KlPlace.Reward or KlPlace.Both, Estimator: KlEstimator.K1 }
            && Objective is { Regime: Regime.Tempered or Regime.Tilted } or { Regime: Regime.Custom, KlWeight: not (null or 0) })
            yield return new(nameof(Kl), $"has a penalty in the reward, which the regime '{ConfigurationName.OfEnum(Objective.Regime)}' "
                + "has too, so that its optimum would be another; leave kl out, or choose the regime 'custom' with the sum of both.");
        if (Rollout.Generations < 2 && Advantage is not (AdvantageName.None or AdvantageName.ReinforcePlusPlus))
            yield return new(nameof(Rollout), $"has {Rollout.Generations} generation, but the advantage "
                + $"'{ConfigurationName.OfEnum(Advantage)}' compares responses to one problem; set rollout.generations to at least 2.");
        if (Rollout.Generations < 3 && Advantage == AdvantageName.GrpoLeaveOneOut)
            yield return new(nameof(Rollout), "has 2 generations, but the advantage 'grpo-leave-one-out' needs the deviation of the other "
                + "responses; set rollout.generations to at least 3.");
        if (Shaping.OverlongCache is { } cache && cache > Rollout.MaxNewTokens)
            yield return new(nameof(Shaping), string.Create(CultureInfo.InvariantCulture,
                $"has an overlong_cache of {cache} tokens, more than the {Rollout.MaxNewTokens} of rollout.max_new_tokens; lower it."));
    }
}

/// <summary>Precision of the loss's forward and backward passes.</summary>
public enum TrainingPrecision
{
    [Description("float32 throughout")]
    Float32,

    [Description("bfloat16 matrix products over float32 master weights")]
    Bfloat16,
}

/// <summary>How responses are sampled.</summary>
public sealed record RolloutConfiguration : IValidatable
{
    [Description("Problems of one step.")]
    [AtLeast(1)]
    public int PromptsPerStep { get; init; } = 16;

    [Description("Responses to each problem; baselines of a group need two.")]
    [AtLeast(1)]
    public int Generations { get; init; } = 8;

    [Description("Most times in a step that problems whose responses all have the same R are replaced by others, which are sampled in "
        + "their "
        + "place (DAPO's dynamic sampling); 0 for never. Metrics are those of the problems that are left.")]
    [AtLeast(0)]
    public int Resample { get; init; }

    [Description("Most tokens of a response.")]
    [AtLeast(1)]
    public int MaxNewTokens { get; init; } = 90;

    [Description("Sampling temperature. The gradient is that of the policy itself only at 1.")]
    [GreaterThan(0)]
    public double Temperature { get; init; } = 1;

    [Description("Allows a temperature other than 1: the rollouts are then off-policy and only the truncated importance weights correct "
        + "for it.")]
    public bool AllowOffPolicyTemperature { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (Temperature != 1 && !AllowOffPolicyTemperature)
        {
            yield return new(nameof(Temperature), string.Create(CultureInfo.InvariantCulture,
                $"is {Temperature}, but responses drawn at a temperature other than 1 do not come from the policy that is trained; set it "
                + $"to 1, or set allow_off_policy_temperature to true if that is meant."));
        }
    }
}

/// <summary>AdamW and its learning-rate schedule.</summary>
public sealed record OptimizerConfiguration : IValidatable
{
    [Description("Learning rate after the warm-up.")]
    [GreaterThan(0)]
    public double LearningRate { get; init; } = 2e-4;

    [Description("How the learning rate goes on after the warm-up.")]
    public LearningRateDecay Decay { get; init; } = LearningRateDecay.None;

    [Description("Learning rate at the last step, as a share of learning_rate, where it decays.")]
    [Range(0, 1)]
    public double DecayFactor { get; init; }

    [Description("Decay of the mean of gradients.")]
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    [Description("Decay of the mean of squared gradients.")]
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.999;

    [Description("Added to the root of the mean squared gradient.")]
    [GreaterThan(0)]
    public double Epsilon { get; init; } = 1e-8;

    [Description("Decoupled weight decay.")]
    [AtLeast(0)]
    public double WeightDecay { get; init; } = 0.01;

    [Description("Largest global norm of the gradient; a larger one is scaled down to it.")]
    [GreaterThan(0)]
    public double GradientClip { get; init; } = 1;

    [Description("Steps over which the learning rate grows linearly.")]
    [AtLeast(0)]
    public int WarmupSteps { get; init; } = 5;

    [Description("Learning rate at the start of the warm-up, as a share of learning_rate.")]
    [Range(0, 1, MinimumIsExclusive = true)]
    public double WarmupStartFactor { get; init; } = 0.1;

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (Decay == LearningRateDecay.None && DecayFactor != 0)
            yield return new(nameof(DecayFactor),
                "has no effect on a constant learning rate; leave it out, or choose the decay 'linear' or "
                    + "'cosine'.");
    }
}

/// <summary>How the learning rate goes on after the warm-up.</summary>
public enum LearningRateDecay
{
    [Description("constant; the paper's runs")]
    None,

    [Description("falls linearly to decay_factor at the last step")]
    Linear,

    [Description("falls along a half cosine to decay_factor at the last step")]
    Cosine,
}

/// <summary>Evaluation during training, on selection problems.</summary>
public sealed record EvaluationConfiguration
{
    [Description("Steps between evaluations; the base model and the last step are evaluated always.")]
    [AtLeast(1)]
    public int Every { get; init; } = 10;

    [Description("Selection problems, on which the best checkpoint is chosen.")]
    [AtLeast(1)]
    public int Problems { get; init; } = 512;

    [Description("Responses to each problem.")]
    [AtLeast(1)]
    public int Samples { get; init; } = 2;
}

/// <summary>What is kept to resume from.</summary>
public sealed record CheckpointConfiguration
{
    [Description("Steps between checkpoints; the last step has one always.")]
    [AtLeast(1), ChangeableOnResume]
    public int Every { get; init; } = 10;

    [Description("How many of the newest checkpoints are kept; the best one is kept besides.")]
    [AtLeast(1), ChangeableOnResume]
    public int Keep { get; init; } = 2;
}
