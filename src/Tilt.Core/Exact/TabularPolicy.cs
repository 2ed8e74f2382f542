namespace Tilt.Exact;

/// <summary>
/// A policy with a logit of its own for every token in every context of a <see cref="ResponseSpace"/>: it can represent every
/// law on the responses that the base model can give. Immutable.
/// </summary>
public sealed class TabularPolicy
{
    private readonly double[] _logits;
    private readonly double[] _conditionals;
    private readonly double[] _probabilities;

    /// <summary>Makes a policy from logits, <c>[contexts × vocabulary]</c>; the array is not copied.</summary>
    /// <param name="space">The responses.</param>
    /// <param name="logits">Logits; those of impossible tokens are not looked at.</param>
    /// <exception cref="ArgumentException">The table has another size.</exception>
    public TabularPolicy(ResponseSpace space, double[] logits)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Length != space.Conditionals.Length)
            throw new ArgumentException($"The policy needs {space.Conditionals.Length} logits; {logits.Length} were given.",
                nameof(logits));
        (Space, _logits) = (space, logits);
        (_conditionals, _probabilities) = (new double[logits.Length], new double[logits.Length]);
        int vocabulary = space.VocabularySize;
        for (int at = 0; at < logits.Length; at += vocabulary)
            Softmax(logits.AsSpan(at, vocabulary), space.Children.Slice(at, vocabulary), _conditionals.AsSpan(at, vocabulary),
                _probabilities.AsSpan(at, vocabulary));
        Law = new ResponseLaw(ResponseLogProbabilities());
    }

    /// <summary>The base model as a policy.</summary>
    public static TabularPolicy Base(ResponseSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        return new(space, [.. space.Conditionals]);
    }

    /// <summary>The policy with a given law; contexts of probability 0 keep the base model's distribution.</summary>
    public static TabularPolicy Of(ResponseSpace space, ResponseLaw law)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(law);
        int vocabulary = space.VocabularySize;
        double[] logits = new double[space.Conditionals.Length], below = new double[space.ContextCount];
        for (int context = space.ContextCount - 1; context >= 0; context--)
        {
            Span<double> row = logits.AsSpan(context * vocabulary, vocabulary);
            ReadOnlySpan<int> children = space.Children.Slice(context * vocabulary, vocabulary);
            double largest = double.NegativeInfinity, sum = 0;
            for (int token = 0; token < vocabulary; token++)
            {
                int child = children[token];
                row[token] = child == ResponseTree.Impossible ? double.NegativeInfinity : child < 0 ? law.LogProbabilities[~child]
                    : below[child];
                largest = Math.Max(largest, row[token]);
            }
            foreach (double value in row) sum += Math.Exp(value - largest);
            below[context] = double.IsNegativeInfinity(largest) ? largest : largest + Math.Log(sum);
            if (double.IsNegativeInfinity(largest)) space.Conditionals.Slice(context * vocabulary, vocabulary).CopyTo(row);
        }
        return new(space, logits);
    }

    /// <summary>The responses.</summary>
    public ResponseSpace Space { get; }

    /// <summary>The logits, <c>[contexts × vocabulary]</c>.</summary>
    public ReadOnlySpan<double> Logits => _logits;

    /// <summary>log π(token|context) in nats, −∞ where impossible, <c>[contexts × vocabulary]</c>.</summary>
    public ReadOnlySpan<double> Conditionals => _conditionals;

    /// <summary>The law of whole responses.</summary>
    public ResponseLaw Law { get; }

    /// <summary>
    /// The policy with every conditional tempered token by token, π(token)^(1/temperature) renormalised: what sampling at that
    /// temperature draws from. This is not the law to the power of 1/temperature.
    /// </summary>
    public TabularPolicy Tempered(double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        double[] logits = [.. _conditionals];
        foreach (ref double logit in logits.AsSpan()) logit /= temperature;
        return new(Space, logits);
    }

    /// <summary>
    /// Σ_y a(y)·Σ_t w(y_t)·∇log π(y_t|y_&lt;t) with respect to the logits, <c>[contexts × vocabulary]</c>: the gradient that a
    /// weighted set of responses gives.
    /// </summary>
    /// <param name="coefficients">a of every response, <c>[responses]</c>.</param>
    /// <param name="tokenWeights">w of every token in every context, <c>[contexts × vocabulary]</c>; empty for 1.</param>
    public double[] ScoreSum(ReadOnlySpan<double> coefficients, ReadOnlySpan<double> tokenWeights = default)
    {
        int vocabulary = Space.VocabularySize;
        ReadOnlySpan<int> children = Space.Children;
        double[] gradient = new double[_logits.Length], below = new double[Space.ContextCount];
        // Contexts below come later: backwards, their sums are known.
        for (int context = Space.ContextCount - 1; context >= 0; context--)
        {
            int first = context * vocabulary;
            double sum = 0, weighted = 0;
            for (int at = first; at < first + vocabulary; at++)
            {
                int child = children[at];
                if (child == ResponseTree.Impossible) continue;
                double coefficient = child < 0 ? coefficients[~child] : below[child];
                sum += coefficient;
                weighted += gradient[at] = tokenWeights.IsEmpty ? coefficient : coefficient * tokenWeights[at];
            }
            below[context] = sum;
            for (int at = first; at < first + vocabulary; at++) gradient[at] -= _probabilities[at] * weighted;
        }
        return gradient;
    }

    private double[] ResponseLogProbabilities()
    {
        int vocabulary = Space.VocabularySize;
        ReadOnlySpan<int> children = Space.Children;
        double[] responses = new double[Space.Count], contexts = new double[Space.ContextCount];
        for (int context = 0; context < contexts.Length; context++)
        {
            for (int at = context * vocabulary; at < (context + 1) * vocabulary; at++)
            {
                int child = children[at];
                if (child == ResponseTree.Impossible) continue;
                double total = contexts[context] + _conditionals[at];
                if (child < 0) responses[~child] = total;
                else contexts[child] = total;
            }
        }
        return responses;
    }

    private static void Softmax(ReadOnlySpan<double> logits, ReadOnlySpan<int> children, Span<double> conditionals,
        Span<double> probabilities)
    {
        double largest = double.NegativeInfinity, sum = 0;
        for (int token = 0; token < logits.Length; token++)
        {
            if (children[token] != ResponseTree.Impossible) largest = Math.Max(largest, logits[token]);
        }
        for (int token = 0; token < logits.Length; token++)
            sum += probabilities[token] = children[token] == ResponseTree.Impossible ? 0 : Math.Exp(logits[token] - largest);
        double logSum = Math.Log(sum);
        for (int token = 0; token < logits.Length; token++)
        {
            probabilities[token] /= sum;
            conditionals[token] = children[token] == ResponseTree.Impossible ? double.NegativeInfinity : logits[token] - largest - logSum;
        }
    }
}
