using Tilt.Verification;
using Tilt.Verification.Extraction;

namespace Tilt.Rewards;

/// <summary>1 for a response whose extracted answer is the gold answer letter by letter, spaces at the ends aside; else 0.</summary>
/// <param name="options">How the answer is found; defaults when null.</param>
public sealed class ExactMatchReward(VerifierOptions? options = null) : IReward
{
    private readonly VerifierOptions _options = options ?? VerifierOptions.Default;

    /// <inheritdoc/>
    public string Name => "exact_match";

    /// <inheritdoc/>
    public ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        var scores = new RewardScore[responses.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            string? answer = AnswerExtractor.Extract(responses[i].Text, _options).Text?.Trim();
            bool correct = answer == responses[i].Problem.Answer.Trim();
            scores[i] = answer is null
                ? new(0, RewardOutcome.Unparsable, null)
                : new(correct ? 1 : 0, correct ? RewardOutcome.Correct : RewardOutcome.Incorrect, answer);
        }
        return ValueTask.FromResult(scores);
    }
}
