using Tilt.Inference.Methods.Responses;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Sampling;

/// <summary>Draws from truncated distributions, which needs every row's whole distribution.</summary>
internal sealed class TruncatedDraw(TokenTruncation truncation, int vocabularySize) : ITokenDraw
{
    private readonly float[] _own = new float[vocabularySize];
    private readonly double[] _truncated = new double[vocabularySize];

    public void Draw(IModelState state, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities,
        Span<float> logProbabilities)
    {
        for (int i = 0; i < uniforms.Length; i++)
        {
            state.Row(i, _own);
            truncation.Apply(_own, _truncated);
            int token = Invert(uniforms[i]);
            tokens[i] = token;
            samplingLogProbabilities[i] = (float)Math.Log(_truncated[token]);
            logProbabilities[i] = _own[token];
        }
    }

    private int Invert(double uniform)
    {
        double cumulative = 0;
        int last = 0;
        for (int token = 0; token < _truncated.Length; token++)
        {
            if (_truncated[token] == 0) continue;
            cumulative += _truncated[token];
            last = token;
            if (uniform < cumulative) break;
        }
        return last;
    }
}
