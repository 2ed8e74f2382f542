namespace Tilt.Statistics;

/// <summary>
/// What samples of a model p say about p^α over whole responses, without drawing from it: self-normalised importance sampling
/// with weights p(y)^(α−1). Consistent, but pulled towards p itself where few samples carry the weight.
/// </summary>
/// <param name="Value">Estimated mean under p^α.</param>
/// <param name="EffectiveSamples">(Σw)² / Σw²: how many equally weighted samples the estimate is worth.</param>
public readonly record struct PowerEstimate(double Value, double EffectiveSamples)
{
    /// <summary>Estimates the mean of a quantity under p^α for one problem.</summary>
    /// <param name="logProbabilities">log p of each response drawn from p, nats, <c>[samples]</c>; finite.</param>
    /// <param name="values">The quantity for each response, <c>[samples]</c>.</param>
    /// <param name="alpha">The exponent.</param>
    /// <exception cref="ArgumentException">There are no samples, or the lengths differ.</exception>
    public static PowerEstimate Of(IReadOnlyList<double> logProbabilities, IReadOnlyList<double> values, double alpha)
    {
        if (logProbabilities.Count == 0 || logProbabilities.Count != values.Count)
            throw new ArgumentException($"An estimate needs as many values as log-probabilities, at least one; there are {values.Count} "
                + $"and {logProbabilities.Count}.", nameof(values));
        double[] exponents = [.. logProbabilities.Select(l => (alpha - 1) * l)];
        double largest = exponents.Max(), sum = 0, squares = 0, weighted = 0;
        for (int i = 0; i < exponents.Length; i++)
        {
            double weight = Math.Exp(exponents[i] - largest);
            sum += weight;
            squares += weight * weight;
            weighted += weight * values[i];
        }

        return new(weighted / sum, sum * sum / squares);
    }
}
