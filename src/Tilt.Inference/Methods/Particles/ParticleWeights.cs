namespace Tilt.Inference.Methods.Particles;

/// <summary>
/// How ancestors are drawn. Both give particle i N·Wᵢ copies on average, rounded up or down by less than one (systematic) or two
/// (stratified).
/// </summary>
public enum ResamplingScheme
{
    /// <summary>One uniform number u for all: the positions (i + u)/N.</summary>
    Systematic,

    /// <summary>A uniform number for each: the positions (i + uᵢ)/N.</summary>
    Stratified,
}

/// <summary>
/// Importance weights of N particles in logarithms, and the running estimate of the normaliser. Resampling replaces every weight by
/// their mean, so that the weighted population keeps its expectation: Ẑ·Σ Wᵢ·f(yᵢ) is unbiased whatever decides when to resample,
/// as long as only the past does.
/// </summary>
/// <remarks>
/// Del Moral, Doucet and Jasra, "Sequential Monte Carlo samplers", J. R. Stat. Soc. B 68 (2006); resampling schemes in Douc, Cappé and
/// Moulines, arXiv cs/0507025.
/// </remarks>
internal sealed class ParticleWeights(int count)
{
    private readonly double[] _logWeights = new double[count];
    private double _logNormalizer;

    /// <summary>log Ẑ.</summary>
    public double LogNormalizer => _logNormalizer + LogMean();

    /// <summary>(Σ w)² / Σ w², between 1 and N.</summary>
    public double EffectiveSize
    {
        get
        {
            double largest = Largest(), sum = 0, squares = 0;
            foreach (double logWeight in _logWeights)
            {
                double weight = Math.Exp(logWeight - largest);
                sum += weight;
                squares += weight * weight;
            }
            return sum * sum / squares;
        }
    }

    /// <summary>Multiplies the weight of a particle.</summary>
    public void Multiply(int particle, double logFactor) => _logWeights[particle] += logFactor;

    /// <summary>W, the weights divided by their sum, <c>[particles]</c>.</summary>
    public double[] Normalized()
    {
        double largest = Largest(), sum = 0;
        double[] weights = Array.ConvertAll(_logWeights, logWeight => Math.Exp(logWeight - largest));
        foreach (double weight in weights) sum += weight;
        foreach (ref double weight in weights.AsSpan()) weight /= sum;
        return weights;
    }

    /// <summary>Makes all weights equal to their mean.</summary>
    public void Equalize()
    {
        _logNormalizer += LogMean();
        Array.Clear(_logWeights);
    }

    /// <summary>The ancestor of every particle of the next population, <c>[particles]</c>.</summary>
    /// <param name="weights">Normalised weights, <c>[particles]</c>.</param>
    /// <param name="uniforms">One number in [0, 1) for systematic resampling, <c>[particles]</c> for stratified.</param>
    public static int[] Ancestors(ReadOnlySpan<double> weights, ReadOnlySpan<double> uniforms)
    {
        int[] ancestors = new int[weights.Length];
        int last = LastPossible(weights), at = 0;
        double cumulative = weights[0];
        for (int i = 0; i < ancestors.Length; i++)
        {
            double position = (i + uniforms[uniforms.Length == 1 ? 0 : i]) / ancestors.Length;
            while (position >= cumulative && at < last) cumulative += weights[++at];
            ancestors[i] = at;
        }
        return ancestors;
    }

    /// <summary>The particle that a uniform number in [0, 1) chooses in proportion to the weights.</summary>
    public static int Choose(ReadOnlySpan<double> weights, double uniform)
    {
        int last = LastPossible(weights), at = 0;
        double cumulative = weights[0];
        while (uniform >= cumulative && at < last) cumulative += weights[++at];
        return at;
    }

    // Rounding can leave the sum of the weights below a position close to 1.
    private static int LastPossible(ReadOnlySpan<double> weights)
    {
        int last = weights.Length - 1;
        while (last > 0 && weights[last] == 0) last--;
        return last;
    }

    private double Largest()
    {
        double largest = double.NegativeInfinity;
        foreach (double logWeight in _logWeights) largest = Math.Max(largest, logWeight);
        return largest;
    }

    private double LogMean()
    {
        double largest = Largest(), sum = 0;
        foreach (double logWeight in _logWeights) sum += Math.Exp(logWeight - largest);
        return largest + Math.Log(sum / _logWeights.Length);
    }
}
