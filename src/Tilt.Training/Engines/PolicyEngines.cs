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
    public static IPolicyEngine Of(TrainingConfiguration configuration, Transformer weights) => IsFused(configuration, weights)
        ? new FusedPolicyEngine(weights, configuration.Threads)
        : new TorchPolicyEngine(weights, configuration.Dtype.ToCompute());

    /// <summary>Loads the reference of a configuration: the folder it names, or the base model.</summary>
    /// <exception cref="InputException">The folder is missing or damaged.</exception>
    public static ILanguageModel LoadReference(TrainingConfiguration configuration, Transformer weights)
    {
        string folder = configuration.Reference ?? configuration.Model;
        return IsFused(configuration, weights)
            ? FusedModelLoader.Load(folder, configuration.Threads)
            : TorchLanguageModel.Load(folder, new() { Device = weights.Device });
    }

    private static bool IsFused(TrainingConfiguration configuration, Transformer weights) => configuration.Engine switch
    {
        EngineName.Fused => true,
        EngineName.Libtorch => false,
        _ => weights.ParameterCount <= LoadedModel.MostFusedParameters && weights.Device.type == TorchSharp.DeviceType.CPU,
    };
}
