using Tilt.Verification;
using Tilt.Verification.Extraction;

namespace Tilt.Rewards;

/// <summary>
/// 1 for a response that puts its answer where it belongs, right or wrong: in a box, and after thinking where that is asked for.
/// </summary>
/// <param name="requireThinking">Whether the response must hold one <c>&lt;think&gt;…&lt;/think&gt;</c> block before the answer.</param>
public sealed class FormatReward(bool requireThinking = false) : IReward
{
    /// <inheritdoc/>
    public string Name => "format";

    /// <inheritdoc/>
    public ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        var scores = new RewardScore[responses.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            ExtractedAnswer answer = AnswerExtractor.Extract(responses[i].Text, VerifierOptions.Default);
            bool right = answer.Rule == ExtractionRule.Box && (!requireThinking || HasThinking(responses[i].Text));
            scores[i] = new(right ? 1 : 0, right ? RewardOutcome.Correct : RewardOutcome.Incorrect, null);
        }
        return ValueTask.FromResult(scores);
    }

    private static bool HasThinking(string text)
    {
        int open = text.IndexOf("<think>", StringComparison.Ordinal);
        int close = text.IndexOf("</think>", StringComparison.Ordinal);
        return open >= 0 && close > open && text.LastIndexOf("<think>", StringComparison.Ordinal) == open
            && text.LastIndexOf("</think>", StringComparison.Ordinal) == close;
    }
}
