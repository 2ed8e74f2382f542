using Tilt.Files;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Hub;
using Tilt.Settings;
using Tilt.Torch;

namespace Tilt.Training.Estimates;

/// <summary>Memory and work of a training run, from shapes alone: what <c>--dry-run</c> prints.</summary>
/// <param name="Parameters">Weights of the model.</param>
/// <param name="TrainedParameters">Weights that are trained: all, or the adapter's.</param>
/// <param name="Memory">What takes memory, with its formula.</param>
/// <param name="Work">What takes floating-point operations in a step, with its formula; upper bounds, all responses at full length.</param>
/// <param name="CheckpointBytes">Bytes of one checkpoint on disk: weights and two moments, or the adapter's.</param>
/// <param name="Steps">Optimiser steps.</param>
public sealed record TrainingEstimate(
    long Parameters, long TrainedParameters, IReadOnlyList<EstimatedPart> Memory, IReadOnlyList<EstimatedPart> Work, long CheckpointBytes,
    int Steps)
{
    private const int AssumedPromptTokens = 512;

    /// <summary>Bytes of all parts, beside libtorch itself.</summary>
    public long MemoryBytes => (long)Memory.Sum(part => part.Amount);

    /// <summary>Operations of a step.</summary>
    public double FlopsPerStep => Work.Sum(part => part.Amount);

    /// <summary>The estimate for a configuration; reads the model's and the adapter's configuration and sizes of files only.</summary>
    /// <exception cref="InputException">The model's or the adapter's configuration is missing or wrong.</exception>
    public static TrainingEstimate Of(TrainingConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        configuration = configuration with { Model = ModelFolder.Resolve(configuration.Model) };
        return Of(configuration, ModelConfigurationReader.Read(configuration.Model));
    }

    /// <summary>The estimate for a configuration with a model of the given shape, which need not be there.</summary>
    /// <exception cref="InputException">The adapter's configuration is missing or wrong.</exception>
    public static TrainingEstimate Of(TrainingConfiguration configuration, ModelConfiguration model)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        long parameters = ParameterLayout.Of(model).Sum(Elements), trained = parameters;
        if (configuration.Adapter is { } adapter)
        {
            trained = LoraAdapter.CountParameters(adapter.Path is null
                ? adapter.ToLora(configuration.Model)
                : LoraConfigurationReader.Read(adapter.Path), model);
        }

        long saved = (configuration.Adapter is null ? parameters : trained) * sizeof(float) + trained * 2 * sizeof(float);
        return new(parameters, trained, [.. MemoryOf(configuration, model, parameters, trained)], [.. WorkOf(configuration, model)], saved,
            configuration.Steps);
    }

    private static IEnumerable<EstimatedPart> MemoryOf(TrainingConfiguration configuration, ModelConfiguration model, long parameters,
        long trained)
    {
        bool adapter = configuration.Adapter is not null, reduced = configuration.Dtype == TrainingPrecision.Bfloat16;
        // A GGUF file is widened in memory.
        long stored = File.Exists(configuration.Model) ? parameters * sizeof(float)
            : Directory.Exists(configuration.Model)
            ? Directory.EnumerateFiles(configuration.Model, "*.safetensors").Sum(f => FileLength.Of(f) ?? 0)
            : parameters * sizeof(ushort);
        yield return adapter
            ? new("weights, frozen, as stored", stored, "bytes of the files")
            : new("weights, float32 masters", parameters * 4.0, $"{parameters:N0} x 4 bytes");
        if (adapter) yield return new("adapter, float32 masters", trained * 4.0, $"{trained:N0} x 4 bytes");
        yield return new("gradients", trained * 4.0, $"{trained:N0} x 4 bytes");
        yield return new("AdamW moments", trained * 8.0, $"{trained:N0} x 2 x 4 bytes");
        bool fused = configuration.Engine == EngineName.Fused
            || (configuration.Engine == EngineName.Auto && parameters <= LoadedModel.MostFusedParameters && configuration.Device == "cpu");
        int engineBytes = reduced && !fused ? 2 : 4;
        if (!adapter || fused)
            yield return new("copy for generation", (double)parameters * engineBytes, $"{parameters:N0} x {engineBytes} bytes");
        bool referenced = configuration.TrackReference || configuration.NeedsReference();
        if (referenced && (!adapter || fused))
            yield return new("reference", fused ? parameters * 4.0 : stored, fused ? $"{parameters:N0} x 4 bytes" : "bytes of its files");
        int longest = (configuration.Task.MaxPromptTokens ?? AssumedPromptTokens) + configuration.Rollout.MaxNewTokens;
        long responses = (long)configuration.Rollout.PromptsPerStep * configuration.Rollout.Generations;
        double cache = 2.0 * model.LayerCount * model.KeyValueHeadCount * model.HeadSize * longest * engineBytes;
        yield return new("keys and values of a wave", Math.Min(new TorchSamplerOptions().CacheBytes, cache * responses),
            $"2 x {model.LayerCount} layers x {model.KeyValueHeadCount * model.HeadSize} x {longest} tokens x {engineBytes} bytes a "
            + $"response");
        int blocks = configuration.ActivationCheckpointing ? 1 : model.LayerCount, tokens = configuration.Loss.MicroBatchTokens;
        double block = 8.0 * model.HiddenSize + 4.0 * model.IntermediateSize + 1.5 * model.HeadCount * Math.Min(longest, tokens);
        yield return new("activations of a micro-batch", 4.0 * tokens * (blocks * block + (double)model.LayerCount * model.HiddenSize),
            $"4 bytes x {tokens} tokens x ({blocks} x {block:N0} + {model.LayerCount} x {model.HiddenSize})");
    }

    private static IEnumerable<EstimatedPart> WorkOf(TrainingConfiguration configuration, ModelConfiguration model)
    {
        double weights = ParameterLayout.LinearLayers(model).Sum(Elements) + (double)model.VocabularySize * model.HiddenSize;
        double prompts = (double)configuration.Rollout.PromptsPerStep * (configuration.Task.MaxPromptTokens ?? AssumedPromptTokens);
        double tokens =
            (double)configuration.Rollout.PromptsPerStep * configuration.Rollout.Generations * configuration.Rollout.MaxNewTokens + prompts;
        bool referenced = configuration.TrackReference || configuration.NeedsReference();
        yield return new("generation", 2 * weights * tokens, $"2 x {weights:N0} weights x {tokens:N0} tokens");
        int passes = 1 + (referenced ? 1 : 0);
        yield return new("scoring by policy and reference", 2 * weights * tokens * passes, $"{passes} x 2 x weights x tokens");
        // Backward costs twice the forward pass, once where the weights take no gradient, and one forward more where blocks are computed
        // again.
        int gradient = (configuration.Adapter is null ? 3 : 2) + (configuration.ActivationCheckpointing ? 1 : 0);
        gradient *= configuration.Loss.Updates;
        yield return new("gradient", 2 * weights * tokens * gradient, $"{gradient} x 2 x weights x tokens");
    }

    private static long Elements(ParameterShape parameter) => parameter.Shape.Aggregate(1L, (product, dimension) => product * dimension);
}

/// <summary>A part of an estimate.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Amount">Bytes, or floating-point operations.</param>
/// <param name="Formula">How the amount comes about.</param>
public sealed record EstimatedPart(string Name, double Amount, string Formula);
