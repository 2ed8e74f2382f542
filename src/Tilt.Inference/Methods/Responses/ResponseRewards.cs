using Tilt.Inference.Methods.Contracts;

namespace Tilt.Inference.Methods.Responses;

/// <summary>What every method asks of rewards.</summary>
internal static class ResponseRewards
{
    /// <exception cref="InvalidOperationException">The reward gave another number of scores, or one that is not finite.</exception>
    public static async ValueTask<double[]> ScoreCheckedAsync(this ResponseReward reward, IReadOnlyList<CandidateResponse> responses,
        CancellationToken cancellationToken)
    {
        double[] scores = await reward(responses, cancellationToken).ConfigureAwait(false);
        if (scores.Length != responses.Count)
            throw new InvalidOperationException($"The reward gave {scores.Length} scores for {responses.Count} responses.");
        int wrong = Array.FindIndex(scores, score => !double.IsFinite(score));
        return wrong < 0
            ? scores
            : throw new InvalidOperationException(
                $"The reward of a response to problem {responses[wrong].Problem} is {scores[wrong]}; a finite number is needed.");
    }
}
