using System.Globalization;
using Tilt.Configuration;
using Tilt.Models;

namespace Tilt.Training;

/// <summary>Memory and work of a training run, from shapes alone: what <c>--dry-run</c> prints.</summary>
/// <param name="Parameters">Weights of the model.</param>
/// <param name="MemoryBytes">Master weights, gradients, two AdamW moments, engine copies of policy and reference, and the activations of one micro-batch.</param>
/// <param name="FlopsPerStep">Upper bound of floating-point operations a step, all responses at full length.</param>
/// <param name="Steps">Optimiser steps.</param>
public sealed record TrainingEstimate(long Parameters, long MemoryBytes, double FlopsPerStep, int Steps)
{
    /// <summary>The estimate for a configuration; reads the model's <c>config.json</c> only.</summary>
    /// <exception cref="InputException">The model's configuration is missing or wrong.</exception>
    public static TrainingEstimate Of(TrainingConfiguration configuration)
    {
        ModelConfiguration model = ModelConfigurationReader.Read(configuration.Model);
        long attention = (long)model.HiddenSize * model.HeadSize * (2L * model.HeadCount + 2L * model.KeyValueHeadCount);
        long matrices = model.LayerCount * (attention + 3L * model.HiddenSize * model.IntermediateSize);
        long embedding = (long)model.VocabularySize * model.HiddenSize;
        long parameters = matrices + embedding * (model.TiedEmbeddings ? 1 : 2) + (2L * model.LayerCount + 1) * model.HiddenSize;
        long activations = (long)configuration.Loss.MicroBatchTokens * model.LayerCount * (8L * model.HiddenSize + 4L * model.IntermediateSize) * sizeof(float);
        long responses = (long)configuration.Rollout.PromptsPerStep * configuration.Rollout.Generations;
        // Two operations a weight: one forward each for sampling and reference, forward and twice that backward for the loss.
        double flops = 2.0 * (matrices + embedding) * responses * configuration.Rollout.MaxNewTokens * 5;
        return new(parameters, parameters * sizeof(float) * 6 + activations, flops, configuration.Steps);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"""
        # estimate: {Parameters:N0} parameters; about {MemoryBytes / 1e6:0} MB beside libtorch itself;
        # at most {FlopsPerStep / 1e9:0} GFLOP a step, about {FlopsPerStep / 100e9:0.0} s a step and {Steps * FlopsPerStep / 100e9 / 60:0} minutes in all at 100 GFLOP/s.
        """);
}
