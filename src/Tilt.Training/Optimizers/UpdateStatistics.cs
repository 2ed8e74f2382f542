namespace Tilt.Training.Optimizers;

/// <summary>What one optimiser step did.</summary>
public sealed record UpdateStatistics
{
    /// <summary>Version of the weights from now on: optimiser steps done.</summary>
    public required int Version { get; init; }

    /// <summary>The loss.</summary>
    public required double Loss { get; init; }

    /// <summary>Global gradient norm before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Whether the gradient was clipped.</summary>
    public required bool Clipped { get; init; }

    /// <summary>The learning rate used.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Tokens, prompts included, of the sequences that had a part in the gradient.</summary>
    public required long Tokens { get; init; }

    /// <summary>Largest π/π_old of a token over the updates of the step; null where weights do not depend on it.</summary>
    public double? RatioMax { get; init; }

    /// <summary>Share of the tokens with an advantage, over the updates of the step, whose ratio the loss clipped; null likewise.</summary>
    public double? RatioClipped { get; init; }

    /// <summary>How far engine and trainer were apart on those sequences; null when there was none.</summary>
    public required MismatchStatistics? Mismatch { get; init; }
}
