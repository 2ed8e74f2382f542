using Tilt.Rollouts;

namespace Tilt.Training.Optimizers;

/// <summary>What the trainer sees of a response: tokens and their weights. It knows nothing of rewards or algorithms.</summary>
/// <param name="Sequence">Prompt and response tokens.</param>
/// <param name="SamplingLogProbabilities">log q of each response token under the distribution it was drawn from, float32 <c>[time]</c>.</param>
/// <param name="Advantage">A of every response token.</param>
public readonly record struct TrainingSequence(TokenSequence Sequence, float[] SamplingLogProbabilities, double Advantage)
{
    /// <summary>Prompt and response tokens together.</summary>
    public int Length => Sequence.PromptIds.Length + Sequence.ResponseIds.Length;
}
