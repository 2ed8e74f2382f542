using Tilt.Inference.Fused;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Torch;
using Tilt.Torch.Model;

namespace Tilt.Training.Engines;

/// <summary>From configuration to engines.</summary>
public static class PolicyEngines
{
    /// <summary>The engine that a configuration names, for the trainer's weights.</summary>
    /// <exception cref="InputException">The engine does not know the model's shape.</exception>
    public static IPolicyEngine Of(TrainingConfiguration configuration, Transformer weights) => Chosen(configuration, weights) switch
    {
        EngineName.Fused => new FusedPolicyEngine(weights, configuration.Threads),
        EngineName.Libtorch => new TorchPolicyEngine(weights, configuration.Dtype.ToCompute()),
        var name => throw new InvalidOperationException($"The engine {name} is not defined."),
    };

    /// <summary>Loads the reference of a configuration: the folder it names, or the base model.</summary>
    /// <exception cref="InputException">The folder is missing or damaged.</exception>
    public static ILanguageModel LoadReference(TrainingConfiguration configuration, Transformer weights)
    {
        string folder = configuration.Reference ?? configuration.Model;
        // A reference is only scored, which libtorch does for whatever engine samples.
        return Chosen(configuration, weights) == EngineName.Fused
            ? FusedModelLoader.Load(folder, configuration.Threads)
            : TorchLanguageModel.Load(folder, new() { Device = weights.Device });
    }

    private static EngineName Chosen(TrainingConfiguration configuration, Transformer weights) =>
        configuration.Engine != EngineName.Auto ? configuration.Engine
        : weights.ParameterCount <= LoadedModel.MostFusedParameters && weights.Device.type == TorchSharp.DeviceType.CPU ? EngineName.Fused
        : EngineName.Libtorch;
}
