using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Tilt.Configuration;
using Tilt.Tasks.Embedded;

// The descriptions document the properties: comments of recipe.yaml and docs/configuration.md are made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>A recipe of the embedded model: what <c>tilt pretrain</c> reads.</summary>
[Description("A pretraining run.")]
public sealed record PretrainingConfiguration
{
    [Description("Seed of weights and corpus.")]
    [AtLeast(0)]
    public int Seed { get; init; } = 1;

    [Description("Optimiser steps.")]
    [AtLeast(1)]
    public int Steps { get; init; } = 2200;

    [Description("Rows of a step.")]
    [AtLeast(1)]
    public int Rows { get; init; } = 24;

    [Description("Tokens of a row: whole documents, each after an end token; the last is cut.")]
    [AtLeast(2)]
    public int RowTokens { get; init; } = 160;

    [Description("Weight of prompt tokens in the loss; response tokens and their end token have weight 1.")]
    [Range(0, 1)]
    public double PromptWeight { get; init; } = 0.2;

    [Description("Precision of the forward and backward passes.")]
    public TrainingPrecision Dtype { get; init; } = TrainingPrecision.Float32;

    [Description("Rows of one forward and backward pass: decides memory and speed, and the last bits of the result.")]
    [AtLeast(1)]
    public int MicroBatchRows { get; init; } = 8;

    [Description("Steps over which the learning rates grow linearly; they then fall linearly to 0 at the last step.")]
    [AtLeast(0)]
    public int WarmupSteps { get; init; } = 100;

    [Description("Largest global norm of the gradient; a larger one is scaled down to it.")]
    [GreaterThan(0)]
    public double GradientClip { get; init; } = 1;

    [Description("Steps between checkpoints.")]
    [AtLeast(1)]
    public int CheckpointEvery { get; init; } = 250;

    [Description("Shape of the model.")]
    public PretrainingModelConfiguration Model { get; init; } = new();

    [Description("Muon, for the matrices of the blocks.")]
    public MuonConfiguration Muon { get; init; } = new();

    [Description("AdamW, for the embedding and the norms.")]
    public PretrainingAdamConfiguration Adam { get; init; } = new();

    [Description("What the corpus looks like.")]
    public CorpusMixture Corpus { get; init; } = new();
}

/// <summary>Shape of the embedded model.</summary>
public sealed record PretrainingModelConfiguration
{
    [Description("Width of the residual stream.")]
    [AtLeast(1)]
    public int HiddenSize { get; init; } = 128;

    [Description("Width of the gated MLP.")]
    [AtLeast(1)]
    public int IntermediateSize { get; init; } = 352;

    [Description("Blocks.")]
    [AtLeast(1)]
    public int Layers { get; init; } = 4;

    [Description("Attention heads; they divide the hidden size.")]
    [AtLeast(1)]
    public int Heads { get; init; } = 4;

    [Description("Most positions.")]
    [AtLeast(1)]
    public int ContextLength { get; init; } = 192;
}

/// <summary>Settings of Muon.</summary>
public sealed record MuonConfiguration
{
    [Description("Peak learning rate.")]
    [GreaterThan(0)]
    public double LearningRate { get; init; } = 0.02;

    [Description("Nesterov momentum at the first step.")]
    [Range(0, 1, MaximumIsExclusive = true)]
    public double MomentumStart { get; init; } = 0.85;

    [Description("Nesterov momentum after the ramp.")]
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Momentum { get; init; } = 0.95;

    [Description("Steps over which the momentum grows.")]
    [AtLeast(0)]
    public int MomentumSteps { get; init; } = 300;

    [Description("Decoupled weight decay.")]
    [AtLeast(0)]
    public double WeightDecay { get; init; } = 0.05;
}

/// <summary>AdamW of the embedding and the norms.</summary>
public sealed record PretrainingAdamConfiguration
{
    [Description("Peak learning rate.")]
    [GreaterThan(0)]
    public double LearningRate { get; init; } = 4e-3;

    [Description("Decay of the mean of gradients.")]
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Beta1 { get; init; } = 0.9;

    [Description("Decay of the mean of squared gradients.")]
    [Range(0, 1, MaximumIsExclusive = true)]
    public double Beta2 { get; init; } = 0.97;
}
