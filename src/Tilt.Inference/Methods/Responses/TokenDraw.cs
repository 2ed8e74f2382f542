using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Responses;

/// <summary>How the next token of every row is drawn.</summary>
internal interface ITokenDraw
{
    /// <summary>Draws one token a row; all spans are <c>[batch]</c>, as in <see cref="IModelState.Sample"/>.</summary>
    void Draw(IModelState state, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities,
        Span<float> logProbabilities);
}

/// <summary>Draws at a temperature, where the model computes.</summary>
internal sealed class TemperedDraw(float temperature) : ITokenDraw
{
    public void Draw(IModelState state, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities,
        Span<float> logProbabilities) =>
        state.Sample(temperature, uniforms, tokens, samplingLogProbabilities, logProbabilities);
}
