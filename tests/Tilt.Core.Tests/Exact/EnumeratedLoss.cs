using Tilt.Exact;
using Tilt.Objectives;
using Tilt.Objectives.Advantages;
using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Core.Tests.Exact;

/// <summary>The expected gradient of what a training step computes, by enumeration of all groups that can be drawn.</summary>
/// <param name="objective">Gives R.</param>
/// <param name="policy">π, whose gradient is taken.</param>
/// <param name="sampler">What the responses are drawn from: π_old.</param>
internal sealed class EnumeratedLoss(ExactObjective objective, TabularPolicy policy, TabularPolicy sampler)
{
    private readonly Completion[] _completions = [.. Enumerable.Range(0, policy.Space.Count).Select(r =>
    {
        int[] ids = policy.Space.ResponseIds(r);
        return new Completion([0], ids, Single(sampler, r), Single(sampler, r),
            ids[^1] == SmallProblems.EndOfSequence ? StopReason.EndOfSequence : StopReason.Length);
    })];

    private readonly float[][] _reference =
        [.. Enumerable.Range(0, policy.Space.Count).Select(r => Single(TabularPolicy.Base(policy.Space), r))];

    /// <summary>What is done to the rewards besides; default nothing.</summary>
    public RewardShaping Shaping { get; init; } = new();

    /// <summary>E of the gradient in the policy's logits, <c>[contexts × vocabulary]</c>.</summary>
    /// <param name="groups">Groups of a step, all of this problem.</param>
    /// <param name="size">G.</param>
    /// <param name="advantages">The estimator.</param>
    /// <param name="rule">The loss.</param>
    public double[] Mean(int groups, int size, IAdvantageEstimator advantages, LossRule rule)
    {
        double[] coefficients = new double[policy.Conditionals.Length];
        Visit([], 1);
        return Gradient(coefficients);

        void Visit(int[][] drawn, double probability)
        {
            if (drawn.Length == groups) Add(drawn, probability, advantages, rule, coefficients);
            else GroupEnumeration.ForEach(sampler.Law.Probabilities, size, (g, p) => Visit([.. drawn, g.ToArray()], probability * p));
        }
    }

    private void Add(int[][] drawn, double probability, IAdvantageEstimator advantages, LossRule rule, double[] coefficients)
    {
        PromptGroup[] groups =
            [.. drawn.Select(group => new PromptGroup(new("p", "", ""), [.. group.Select(r => _completions[r])]))];
        RewardScore[][] scores = [.. drawn.Select(group => (RewardScore[])[.. group.Select(
            r => new RewardScore(objective.Problem.Rewards[r], RewardOutcome.Correct, null))])];
        Likelihoods logs = Likelihoods.Of([.. drawn.Select(group => (float[][])[.. group.Select(r => _completions[r].LogProbabilities)])],
            [.. drawn.Select(group => (float[][])[.. group.Select(r => _reference[r])])]);
        double[][] rewards = Shaping.ShapedRewards(objective.Objective, groups, scores, logs);
        ResponseTerms?[][] terms = TokenWeights.Terms(groups, scores, advantages.Of(rewards, scores, logs), logs, rule);
        for (int g = 0; g < drawn.Length; g++)
        {
            for (int i = 0; i < drawn[g].Length; i++)
            {
                if (terms[g][i] is not { } response) continue;
                int[] path = [.. Path(policy, drawn[g][i])];
                double[] weights = (response with { Old = Double(sampler, drawn[g][i]) }).At(Double(policy, drawn[g][i])).Weights;
                for (int t = 0; t < path.Length; t++) coefficients[path[t]] += probability * weights[t];
            }
        }
    }

    // Each token's score is its one-hot minus its context's probabilities.
    private double[] Gradient(double[] coefficients)
    {
        int vocabulary = policy.Space.VocabularySize;
        double[] gradient = new double[policy.Logits.Length];
        for (int context = 0; context < gradient.Length / vocabulary; context++)
        {
            double sum = coefficients.Skip(context * vocabulary).Take(vocabulary).Sum();
            if (sum == 0 && coefficients.Skip(context * vocabulary).Take(vocabulary).All(c => c == 0)) continue;
            for (int at = context * vocabulary; at < (context + 1) * vocabulary; at++)
                gradient[at] = coefficients[at] - (sum * Math.Exp(policy.Conditionals[at]));
        }

        return gradient;
    }

    private static double[] Double(TabularPolicy of, int response) => [.. Path(of, response).Select(at => of.Conditionals[at])];

    private static float[] Single(TabularPolicy of, int response) => [.. Path(of, response).Select(at => (float)of.Conditionals[at])];

    // Where each token of a response stands among the conditionals.
    private static IEnumerable<int> Path(TabularPolicy of, int response)
    {
        int context = 0;
        foreach (int token in of.Space.ResponseIds(response))
        {
            int at = (context * of.Space.VocabularySize) + token;
            yield return at;
            context = of.Space.Children[at];
        }
    }
}
