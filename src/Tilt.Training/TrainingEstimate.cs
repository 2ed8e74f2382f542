using System.Globalization;
using Tilt.Files;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Hub;
using Tilt.Settings;

namespace Tilt.Training;

/// <summary>Memory and work of a training run, from shapes alone: what <c>--dry-run</c> prints.</summary>
/// <param name="Parameters">Weights of the model.</param>
/// <param name="TrainedParameters">Weights that are trained: all, or the adapter's.</param>
/// <param name="MemoryBytes">Weights, gradients and two AdamW moments of what is trained, engine copies of policy and reference, and the
/// activations of one micro-batch.</param>
/// <param name="FlopsPerStep">Upper bound of floating-point operations a step, all responses at full length.</param>
/// <param name="Steps">Optimiser steps.</param>
public sealed record TrainingEstimate(long Parameters, long TrainedParameters, long MemoryBytes, double FlopsPerStep, int Steps)
{
    /// <summary>The estimate for a configuration; reads the model's and the adapter's configuration and sizes of files only.</summary>
    /// <exception cref="InputException">The model's or the adapter's configuration is missing or wrong.</exception>
    public static TrainingEstimate Of(TrainingConfiguration configuration)
    {
        configuration = configuration with { Model = ModelFolder.Resolve(configuration.Model) };
        ModelConfiguration model = ModelConfigurationReader.Read(configuration.Model);
        long matrices = ParameterLayout.LinearLayers(model).Sum(Elements), embedding = (long)model.VocabularySize * model.HiddenSize;
        long parameters = ParameterLayout.Of(model).Sum(Elements), trained = parameters, weights = parameters * sizeof(float);
        if (configuration.Adapter is { } adapter)
        {
            trained = LoraAdapter.CountParameters(adapter.Path is null
                ? adapter.ToLora(configuration.Model)
                : LoraConfigurationReader.Read(adapter.Path), model);
            // A GGUF file is widened in memory.
            long stored = File.Exists(configuration.Model)
                ? weights
                : Directory.EnumerateFiles(configuration.Model, "*.safetensors").Sum(f => FileLength.Of(f) ?? 0);
            weights = stored + trained * sizeof(float);
        }

        int blocks = configuration.ActivationCheckpointing ? 1 : model.LayerCount;
        long activations = (long)configuration.Loss.MicroBatchTokens * sizeof(float)
            * (blocks * (8L * model.HiddenSize + 4L * model.IntermediateSize) + (long)model.LayerCount * model.HiddenSize);
        long responses = (long)configuration.Rollout.PromptsPerStep * configuration.Rollout.Generations;
        // Two operations a weight: one forward each for sampling and reference, forward and twice that backward for the loss (once where
        // the weights take no gradient), and one forward more where blocks are computed again.
        int passes = 3 + (configuration.Adapter is null ? 2 : 1) + (configuration.ActivationCheckpointing ? 1 : 0);
        double flops = 2.0 * (matrices + embedding) * responses * configuration.Rollout.MaxNewTokens * passes;
        return new(parameters, trained, weights + trained * sizeof(float) * 3 + parameters * sizeof(float) * 2 + activations, flops,
            configuration.Steps);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"""
        # estimate: {Parameters:N0} parameters, {(TrainedParameters == Parameters ? "all" : TrainedParameters.ToString("N0", CultureInfo.InvariantCulture))} trained; about {MemoryBytes / 1e6:0} MB beside libtorch itself;
        # at most {FlopsPerStep / 1e9:0} GFLOP a step, about {FlopsPerStep / 100e9:0.0} s a step and {Steps * FlopsPerStep / 100e9 / 60:0} minutes in all at 100 GFLOP/s.
        """);

    private static long Elements(ParameterShape parameter) => parameter.Shape.Aggregate(1L, (product, dimension) => product * dimension);
}
