using Tilt.Inference.Methods.Candidates;

namespace Tilt.Inference.Methods.Particles;

/// <summary>The reward r(x, y) of responses, in order; finite numbers.</summary>
/// <param name="responses">Responses with the problems they belong to.</param>
/// <param name="cancellationToken">Cancels rewards that wait for a service.</param>
public delegate ValueTask<double[]> ResponseReward(IReadOnlyList<CandidateResponse> responses, CancellationToken cancellationToken);

internal static class ResponseRewards
{
    /// <exception cref="InvalidOperationException">The reward gave another number of scores, or one that is not finite.</exception>
    public static async ValueTask<double[]> ScoreCheckedAsync(this ResponseReward reward, IReadOnlyList<CandidateResponse> responses, CancellationToken cancellationToken)
    {
        double[] scores = await reward(responses, cancellationToken).ConfigureAwait(false);
        if (scores.Length != responses.Count)
            throw new InvalidOperationException($"The reward gave {scores.Length} scores for {responses.Count} responses.");
        int wrong = Array.FindIndex(scores, score => !double.IsFinite(score));
        return wrong < 0 ? scores : throw new InvalidOperationException($"The reward of a response to problem {responses[wrong].Problem} is {scores[wrong]}; a finite number is needed.");
    }
}
