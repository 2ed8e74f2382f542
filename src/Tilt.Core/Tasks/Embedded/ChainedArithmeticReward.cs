using System.Globalization;
using System.Numerics;
using Tilt.Rewards;

namespace Tilt.Tasks.Embedded;

/// <summary>
/// The embedded task's reward: 1 when the whole number in the last brace-balanced <c>\boxed{…}</c> of the response equals the
/// answer. A response without one abstains.
/// </summary>
public sealed class ChainedArithmeticReward : IReward
{
    private const string BoxStart = "\\boxed{";

    // Longer numbers than this are no readable answers; the limit bounds the work.
    private const int MostDigits = 64;

    /// <inheritdoc/>
    public string Name => "task";

    /// <inheritdoc/>
    public ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses, CancellationToken cancellationToken = default)
    {
        var scores = new RewardScore[responses.Count];
        for (int i = 0; i < scores.Length; i++) scores[i] = Score(responses[i]);
        return ValueTask.FromResult(scores);
    }

    /// <summary>Scores one response.</summary>
    public static RewardScore Score(ScoredResponse response)
    {
        if (LastBox(response.Text) is not { } box || !TryReadInteger(box, out var number))
            return new RewardScore(0, RewardOutcome.Unparsable, null);
        string answer = number.ToString(CultureInfo.InvariantCulture);
        bool right = TryReadInteger(response.Problem.Answer, out var gold) && number == gold;
        return new RewardScore(right ? 1 : 0, right ? RewardOutcome.Correct : RewardOutcome.Incorrect, answer);
    }

    /// <summary>The content of the last <c>\boxed{…}</c> whose braces are balanced, or null.</summary>
    internal static string? LastBox(string text)
    {
        for (int start = text.LastIndexOf(BoxStart, StringComparison.Ordinal); start >= 0; start =
            start == 0 ? -1 : text.LastIndexOf(BoxStart, start - 1, StringComparison.Ordinal))
        {
            int content = start + BoxStart.Length, depth = 1;
            for (int i = content; i < text.Length; i++)
            {
                if (text[i] == '{') depth++;
                else if (text[i] == '}' && --depth == 0) return text[content..i];
            }
        }
        return null;
    }

    private static bool TryReadInteger(string text, out BigInteger number)
    {
        number = default;
        return text.Length <= MostDigits
            && BigInteger.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture, out number);
    }
}
