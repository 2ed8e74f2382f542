using Tilt.Rewards;
using Tilt.Statistics;
using Tilt.Verification;
using Tilt.Verification.Extraction;

namespace Tilt.Studies.Evaluation;

/// <summary>Answers as they stand in responses, for the vote of the paper's authors (<see cref="VoteRule.Authors"/>).</summary>
public static class AnswerText
{
    /// <summary>What finds the text of an output's answer under a rule of voting; null where classes vote.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="reward">What judged the outputs: one that does not read mathematics has no other text than its answer.</param>
    public static Func<EvaluatedOutput, string?>? Of(VoteRule rule, IReward reward) => rule switch
    {
        VoteRule.Classes => null,
        VoteRule.Authors when reward is MathReward => output => output.Answer is null
            ? null
            : AnswerExtractor.Extract(output.Response, VerifierOptions.Default).Text?.Trim() ?? output.Answer,
        _ => output => output.Answer,
    };
}
