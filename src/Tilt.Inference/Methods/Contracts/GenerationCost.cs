namespace Tilt.Inference.Methods.Contracts;

/// <summary>Work of an inference-time method, in tokens.</summary>
/// <param name="TokensGenerated">Response tokens produced, those of discarded candidates, proposals and beams included.</param>
/// <param name="TokensForward">
/// Tokens that went through a forward pass. A prompt (or prefix) shared by several sequences of one batch counts once; the last
/// token of a response needs no forward pass.
/// </param>
public readonly record struct GenerationCost(long TokensGenerated, long TokensForward)
{
    /// <summary>Adds the work of two parts.</summary>
    public static GenerationCost operator +(GenerationCost left, GenerationCost right) =>
        new(left.TokensGenerated + right.TokensGenerated, left.TokensForward + right.TokensForward);

    /// <summary>Adds the work of two parts.</summary>
    public static GenerationCost Add(GenerationCost left, GenerationCost right) => left + right;
}
