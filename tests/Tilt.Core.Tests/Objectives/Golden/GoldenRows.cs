using Tilt.Objectives;
using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Core.Tests.Objectives.Golden;

/// <summary>The rows of a case as terms of the loss: from double-precision log-probabilities, and as a training step makes them.</summary>
internal sealed record GoldenRows(GoldenCase Golden, LossRule Rule, double[] Advantages, double[][] Current, double[][] Old,
    double[][] Sampling, double[][]? Reference)
{
    private double[] SampleMask => Golden.Inputs.TryGetProperty("sample_mask", out _)
        ? Golden.Row("sample_mask")
        : [.. Advantages.Select(_ => 1.0)];

    public ResponseTerms?[] InDouble()
    {
        double[] mask = SampleMask;
        int responses = (int)(Golden.Optional("global_valid_sequences") ?? mask.Sum());
        long tokens = (long)(Golden.Optional("global_valid_tokens") ?? Current.Where((_, i) => mask[i] != 0).Sum(row => row.Length));
        return [.. Current.Select((row, i) =>
        {
            if (mask[i] == 0) return null;
            double share = 1 / Rule.Aggregation.GroupDenominator(row.Length, responses, tokens, Rule.Divisor, 1, tokens);
            double[] factors = new double[row.Length];
            Rule.Importance.Weights(Old[i], Sampling[i], factors);
            return new ResponseTerms(Rule, [.. factors.Select(w => w * Advantages[i] * share)], share, Old[i], Sampling[i], Reference?[i]);
        })];
    }

    /// <summary>Through <see cref="TokenWeights"/>; rows that are masked as verdicts over budget are.</summary>
    public ResponseTerms?[] InSingle()
    {
        double[] mask = SampleMask;
        PromptGroup[] groups = [new(new("p", "", ""), [.. Current.Select((row, i) =>
            new Completion([0], new int[row.Length], Single(Sampling[i]), Single(Old[i]), StopReason.EndOfSequence))])];
        RewardScore[][] scores =
            [[.. mask.Select(m => new RewardScore(0, m == 0 ? RewardOutcome.OverBudget : RewardOutcome.Correct, null))]];
        ResponseTerms?[] terms = TokenWeights.Terms(groups, scores, new([Advantages]),
            Likelihoods.Of([[.. Old.Select(Single)]], Reference is null ? null : [[.. Reference.Select(Single)]]), Rule)[0];
        // A step is the whole batch: a micro-batch of a larger one has the larger one's divisor.
        double rows = mask.Sum(), tokens = Current.Where((_, i) => mask[i] != 0).Sum(row => row.Length);
        double larger = Rule.Aggregation == LossAggregation.TokenMean
            ? tokens / (Golden.Optional("global_valid_tokens") ?? tokens)
            : rows / (Golden.Optional("global_valid_sequences") ?? rows);
        return [.. terms.Select(t => t is null
            ? null
            : t with { Share = t.Share * larger, Advantages = [.. t.Advantages.Select(a => a * larger)] })];
    }

    private static float[] Single(double[] row) => [.. row.Select(l => (float)l)];
}
