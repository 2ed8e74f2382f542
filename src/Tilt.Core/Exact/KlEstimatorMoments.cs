using Tilt.Objectives;

namespace Tilt.Exact;

/// <summary>Whether an estimator is applied to whole responses or to every token, and the tokens added up.</summary>
public enum KlEstimatorLevel
{
    /// <summary>x is the log-ratio of the whole response.</summary>
    Sequence,

    /// <summary>x is the log-ratio of a token; the terms of a response's tokens are added.</summary>
    Token,
}

/// <summary>
/// Expectation and variance of a KL estimator and of the gradient that it gives as a term of the loss, for one response drawn from π.
/// </summary>
/// <remarks>For the mean over a group of G responses the expectations are the same and the variances divided by G.</remarks>
/// <param name="Mean">Expected estimate in nats.</param>
/// <param name="Variance">Its variance.</param>
/// <param name="GradientMean">Expected gradient with respect to the policy's logits, <c>[contexts × vocabulary]</c>.</param>
/// <param name="GradientTotalVariance">Trace of the gradient's covariance.</param>
public sealed record KlEstimatorMoments(double Mean, double Variance, double[] GradientMean, double GradientTotalVariance)
{
    /// <summary>The moments of an estimator.</summary>
    /// <param name="problem">The problem; its base model is p.</param>
    /// <param name="policy">π.</param>
    /// <param name="estimator">The estimator.</param>
    /// <param name="level">What it is applied to.</param>
    public static KlEstimatorMoments Of(ExactProblem problem, TabularPolicy policy, KlEstimator estimator, KlEstimatorLevel level)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(policy);
        double[] probabilities = policy.Law.Probabilities;
        double[] tokens = level == KlEstimatorLevel.Token ? TokenDerivatives(problem, policy, estimator) : [];
        double mean = 0, square = 0, gradientSquare = 0;
        double[] one = new double[probabilities.Length], coefficients = new double[probabilities.Length];
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] == 0) continue;
            double logRatio = policy.Law.LogProbabilities[i] - problem.Base.LogProbabilities[i];
            double value = level == KlEstimatorLevel.Token ? TokenSum(problem, policy, estimator, i) : estimator.Value(logRatio);
            one[i] = level == KlEstimatorLevel.Token ? 1 : estimator.Derivative(logRatio);
            mean += probabilities[i] * value;
            square += probabilities[i] * value * value;
            gradientSquare += probabilities[i] * policy.ScoreSum(one, tokens).Sum(g => g * g);
            coefficients[i] = probabilities[i] * one[i];
            one[i] = 0;
        }
        double[] gradient = policy.ScoreSum(coefficients, tokens);
        return new(mean, square - (mean * mean), gradient, gradientSquare - gradient.Sum(g => g * g));
    }

    /// <summary>
    /// The moments of Σ_t KL(π(·|y_&lt;t)‖p(·|y_&lt;t)), the Rao-Blackwellised estimator of whole next-token distributions (arXiv
    /// 2504.10637).
    /// </summary>
    /// <param name="problem">The problem; its base model is p.</param>
    /// <param name="policy">π.</param>
    /// <param name="place">Where the estimate acts: its own gradient in the loss, the estimate times ∇log π(y) in the reward, or
    /// both.</param>
    public static KlEstimatorMoments OfWhole(ExactProblem problem, TabularPolicy policy, KlPlace place)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(policy);
        int vocabulary = problem.Space.VocabularySize;
        double[] probabilities = policy.Law.Probabilities, divergences = ContextDivergences(problem, policy);
        double mean = 0, square = 0, gradientSquare = 0;
        double[] one = new double[probabilities.Length], gradientMean = new double[policy.Logits.Length];
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] == 0) continue;
            double value = 0;
            double[] direct = new double[gradientMean.Length];
            int context = 0;
            foreach (int token in problem.Space.ResponseIds(i))
            {
                value += divergences[context];
                for (int at = context * vocabulary; at < (context + 1) * vocabulary; at++)
                {
                    if (problem.Space.Children[at] == ResponseTree.Impossible) continue;
                    double difference = policy.Conditionals[at] - problem.Space.Conditionals[at];
                    direct[at] += Math.Exp(policy.Conditionals[at]) * (difference - divergences[context]);
                }

                context = problem.Space.Children[(context * vocabulary) + token];
            }

            one[i] = value;
            double[] score = policy.ScoreSum(one);
            one[i] = 0;
            mean += probabilities[i] * value;
            square += probabilities[i] * value * value;
            for (int at = 0; at < direct.Length; at++)
            {
                double gradient = (place == KlPlace.Reward ? 0 : direct[at]) + (place == KlPlace.Loss ? 0 : score[at]);
                gradientMean[at] += probabilities[i] * gradient;
                gradientSquare += probabilities[i] * gradient * gradient;
            }
        }

        return new(mean, square - (mean * mean), gradientMean, gradientSquare - gradientMean.Sum(g => g * g));
    }

    private static double[] ContextDivergences(ExactProblem problem, TabularPolicy policy)
    {
        int vocabulary = problem.Space.VocabularySize;
        double[] divergences = new double[problem.Space.ContextCount];
        for (int at = 0; at < policy.Conditionals.Length; at++)
        {
            if (problem.Space.Children[at] == ResponseTree.Impossible || double.IsNegativeInfinity(policy.Conditionals[at])) continue;
            divergences[at / vocabulary] +=
                Math.Exp(policy.Conditionals[at]) * (policy.Conditionals[at] - problem.Space.Conditionals[at]);
        }

        return divergences;
    }

    /// <summary>∇KL(π‖p) with respect to the policy's logits, <c>[contexts × vocabulary]</c>.</summary>
    public static double[] GradientOfKl(ExactProblem problem, TabularPolicy policy)
    {
        double[] gradient = new ExactObjective(problem, new Objective(0, 0, 1)).Gradient(policy);
        foreach (ref double value in gradient.AsSpan()) value = -value;
        return gradient;
    }

    /// <summary>∇KL(p‖π) with respect to the policy's logits, <c>[contexts × vocabulary]</c>.</summary>
    public static double[] GradientOfReverseKl(ExactProblem problem, TabularPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(problem);
        ArgumentNullException.ThrowIfNull(policy);
        double[] gradient = policy.ScoreSum(problem.Base.Probabilities);
        foreach (ref double value in gradient.AsSpan()) value = -value;
        return gradient;
    }

    private static double[] TokenDerivatives(ExactProblem problem, TabularPolicy policy, KlEstimator estimator)
    {
        double[] derivatives = new double[policy.Conditionals.Length];
        for (int at = 0; at < derivatives.Length; at++)
        {
            if (problem.Space.Children[at] != ResponseTree.Impossible)
                derivatives[at] = estimator.Derivative(policy.Conditionals[at] - problem.Space.Conditionals[at]);
        }
        return derivatives;
    }

    private static double TokenSum(ExactProblem problem, TabularPolicy policy, KlEstimator estimator, int response)
    {
        double sum = 0;
        int context = 0;
        foreach (int token in problem.Space.ResponseIds(response))
        {
            int at = context * problem.Space.VocabularySize + token;
            sum += estimator.Value(policy.Conditionals[at] - problem.Space.Conditionals[at]);
            context = problem.Space.Children[at];
        }
        return sum;
    }
}
