using System.CommandLine;
using Tilt.Settings;
using Tilt.Torch.Tensors;

namespace Tilt.Cli.Options;

/// <summary>
/// The option <c>--dtype</c> of commands that compute with a model; the key <c>dtype</c> of configurations has the same values.
/// </summary>
internal static class DtypeOption
{
    private const string HelpName = "float32|bfloat16";

    /// <summary>Of commands that use a model as it is.</summary>
    public static Option<ComputePrecision> Create() => new("--dtype")
    {
        Description = "Precision of the matrix products; default float32. Log-probabilities are float32 in both.",
        HelpName = HelpName,
        CustomParser =
            Choice<ComputePrecision>.Parse(value => value == ComputePrecision.Float32 ? ["float32", "f32"] : ["bfloat16", "bf16"]),
    };

    /// <summary>Of commands that train.</summary>
    public static Option<TrainingPrecision?> CreateForTraining() => new("--dtype")
    {
        Description =
            "Precision of the loss's forward and backward passes. Default: the configuration's. Log-probabilities are float32 in both.",
        HelpName = HelpName,
        CustomParser = Choice<TrainingPrecision>.ParseOptional(
            value => value == TrainingPrecision.Float32 ? ["float32", "f32"] : ["bfloat16", "bf16"]),
    };
}
