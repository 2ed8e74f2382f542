using Tilt.Verification;

namespace Tilt.Rewards;

/// <summary>1 for a response whose answer matches the problem's gold answer, else 0, judged by <see cref="Verifier"/>.</summary>
/// <param name="verifier">
/// The verifier; when null, one that asks for evaluated answers (<see cref="AnswerForm.Evaluated"/>): a policy must not earn by boxing the
/// question.
/// </param>
public sealed class MathReward(Verifier? verifier = null) : IReward
{
    private readonly Verifier _verifier = verifier ?? new Verifier(new VerifierOptions { Form = AnswerForm.Evaluated });

    /// <inheritdoc/>
    public string Name => "math";

    /// <inheritdoc/>
    public ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        var scores = new RewardScore[responses.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            scores[i] = Score(responses[i]);
        }
        return ValueTask.FromResult(scores);
    }

    /// <exception cref="InputException">The problem's gold answer cannot be read.</exception>
    private RewardScore Score(ScoredResponse response)
    {
        Verdict verdict = _verifier.Verify(response.Problem.Answer, response.Text);
        return verdict.Status switch
        {
            VerdictStatus.Correct => new(1, RewardOutcome.Correct, verdict.PredictionCanonical),
            VerdictStatus.Incorrect => new(0, RewardOutcome.Incorrect, verdict.PredictionCanonical),
            VerdictStatus.OverBudget => new(0, RewardOutcome.OverBudget, null),
            VerdictStatus.UnparsablePrediction => new(0, RewardOutcome.Unparsable, null),
            _ => throw new InputException($"The gold answer of problem '{response.Problem.Id}' cannot be read as an answer: "
                + $"'{response.Problem.Answer}'. Correct it or leave the problem out."),
        };
    }
}
