namespace Tilt.Exact;

/// <summary>A probability distribution over the responses of a <see cref="ResponseSpace"/>, kept by its logarithms.</summary>
public sealed class ResponseLaw
{
    private readonly double[] _logProbabilities;

    /// <summary>Makes a law from normalised log-probabilities in nats, <c>[responses]</c>; the array is not copied.</summary>
    public ResponseLaw(double[] logProbabilities)
    {
        ArgumentNullException.ThrowIfNull(logProbabilities);
        _logProbabilities = logProbabilities;
        Probabilities = [.. logProbabilities];
        foreach (ref double value in Probabilities.AsSpan()) value = Math.Exp(value);
    }

    /// <summary>Log-probabilities in nats, −∞ for none, <c>[responses]</c>.</summary>
    public ReadOnlySpan<double> LogProbabilities => _logProbabilities;

    /// <summary>Probabilities, <c>[responses]</c>.</summary>
    public double[] Probabilities { get; }

    /// <summary>The law proportional to e^score.</summary>
    /// <param name="scores">Scores in nats, −∞ for none, <c>[responses]</c>.</param>
    /// <param name="logNormalizer">log Σ e^score.</param>
    /// <exception cref="ArgumentException">No score is finite, or one is NaN or +∞.</exception>
    public static ResponseLaw Normalized(ReadOnlySpan<double> scores, out double logNormalizer)
    {
        double largest = double.NegativeInfinity;
        foreach (double score in scores) largest = Math.Max(largest, score);
        if (!double.IsFinite(largest))
            throw new ArgumentException($"The largest score is {largest}; scores must be finite or −∞, and one must be finite.",
                nameof(scores));
        double sum = 0;
        foreach (double score in scores) sum += Math.Exp(score - largest);
        logNormalizer = largest + Math.Log(sum);
        double[] logProbabilities = [.. scores];
        foreach (ref double value in logProbabilities.AsSpan()) value -= logNormalizer;
        return new ResponseLaw(logProbabilities);
    }

    /// <summary>Entropy of the whole response in nats.</summary>
    public double Entropy
    {
        get
        {
            double entropy = 0;
            for (int i = 0; i < Probabilities.Length; i++)
            {
                if (Probabilities[i] > 0) entropy -= Probabilities[i] * _logProbabilities[i];
            }
            return entropy;
        }
    }

    /// <summary>Index of the most likely response; the first of equals.</summary>
    public int Mode => Array.IndexOf(_logProbabilities, _logProbabilities.Max());

    /// <summary>Expectation of a quantity given for every response, <c>[responses]</c>.</summary>
    public double Expectation(ReadOnlySpan<double> values)
    {
        double sum = 0;
        for (int i = 0; i < Probabilities.Length; i++)
        {
            if (Probabilities[i] > 0) sum += Probabilities[i] * values[i];
        }
        return sum;
    }

    /// <summary>Probability of a set of responses given by membership, <c>[responses]</c>.</summary>
    public double Mass(ReadOnlySpan<bool> members)
    {
        double sum = 0;
        for (int i = 0; i < Probabilities.Length; i++)
        {
            if (members[i]) sum += Probabilities[i];
        }
        return sum;
    }

    /// <summary>KL(this ‖ other) in nats; +∞ when <paramref name="other"/> excludes what this law does not.</summary>
    public double KlTo(ResponseLaw other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double sum = 0;
        for (int i = 0; i < Probabilities.Length; i++)
        {
            if (Probabilities[i] > 0) sum += Probabilities[i] * (_logProbabilities[i] - other._logProbabilities[i]);
        }
        return sum;
    }

    /// <summary>Total variation between the two laws: half the sum of absolute differences.</summary>
    public double TotalVariation(ResponseLaw other)
    {
        ArgumentNullException.ThrowIfNull(other);
        double sum = 0;
        for (int i = 0; i < Probabilities.Length; i++) sum += Math.Abs(Probabilities[i] - other.Probabilities[i]);
        return sum / 2;
    }
}
