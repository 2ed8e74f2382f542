using System.ComponentModel;

namespace Tilt.Settings;

/// <summary>What samples from a policy and scores with it.</summary>
public enum EngineName
{
    /// <summary>By the model's size.</summary>
    [Description("by the model's size")]
    Auto,

    /// <summary>The fused vector kernels.</summary>
    [Description("fused vector kernels on the CPU, in float32")]
    Fused,

    /// <summary>libtorch.</summary>
    [Description("libtorch, which shares the weights of the trainer where it can")]
    Libtorch,
}
