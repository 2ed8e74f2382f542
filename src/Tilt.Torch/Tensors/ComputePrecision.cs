namespace Tilt.Torch.Tensors;

/// <summary>Precision of the matrix products. Parameters, norms, softmax, log-softmax and gradients are float32 in both.</summary>
public enum ComputePrecision
{
    /// <summary>Everything in float32: for scoring and whatever is reported.</summary>
    Float32,

    /// <summary>Matrix products on bfloat16 copies of weights and activations: for the loss's forward and backward.</summary>
    BFloat16,
}
