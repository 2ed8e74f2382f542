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
