using System.Runtime.CompilerServices;
using Tilt.Inference.Vectors;

namespace Tilt.Inference.Fused;

/// <summary>What drawing or scoring one token gives; all natural logs.</summary>
/// <param name="Token">The token.</param>
/// <param name="SamplingLogProbability">Under the tempered distribution.</param>
/// <param name="LogProbability">Under the untempered distribution.</param>
/// <param name="Entropy">Of the untempered distribution, in nats; 0 when not asked for.</param>
internal readonly record struct TokenDraw(int Token, float SamplingLogProbability, float LogProbability, float Entropy);

/// <summary>
/// Softmax quantities of one row of float32 logits. Sums run over chunks of 32 tokens in float32 and over chunks in double
/// precision; sampling and scoring share them, so their log-probabilities are equal bit for bit.
/// </summary>
/// <param name="vocabularySize">Number of tokens.</param>
internal sealed unsafe class TokenDistribution<TWidth, TVector>(int vocabularySize)
    where TWidth : struct, IVectorWidth<TVector>
    where TVector : struct
{
    private const int Chunk = PackedMatrix.PanelColumns;

    private readonly AlignedBuffer _exponentials = new(PackedMatrix.Padded(vocabularySize));
    private readonly double[] _chunkSums = new double[PackedMatrix.Padded(vocabularySize) / Chunk];
    private readonly int _padded = PackedMatrix.Padded(vocabularySize);

    /// <summary>
    /// Draws a token by the inverse distribution function over ascending ids; temperature 0 takes the most likely, lowest id first.
    /// </summary>
    public TokenDraw Draw(float* logits, float temperature, double uniform, bool withEntropy)
    {
        float largest = Prepare(logits);
        if (temperature == 1f)
        {
            double total = Exponentiate(logits, largest, 1f, withEntropy, out double weighted);
            int drawn = Invert(uniform * total);
            float logProbability = (float)((double)(logits[drawn] - largest) - Math.Log(total));
            return new TokenDraw(drawn, logProbability, logProbability, Entropy(total, weighted, withEntropy));
        }
        int token;
        float sampling = 0f;
        if (temperature == 0f) token = new ReadOnlySpan<float>(logits, vocabularySize).IndexOf(largest);
        else
        {
            float inverse = 1f / temperature;
            double total = Exponentiate(logits, largest, inverse, false, out _);
            token = Invert(uniform * total);
            sampling = (float)((double)((logits[token] - largest) * inverse) - Math.Log(total));
        }
        TokenDraw scored = Score(logits, token, withEntropy);
        return scored with { SamplingLogProbability = sampling };
    }

    /// <summary>Scores a given token under the untempered distribution.</summary>
    public TokenDraw Score(float* logits, int token, bool withEntropy)
    {
        float largest = Prepare(logits);
        double total = Exponentiate(logits, largest, 1f, withEntropy, out double weighted);
        float logProbability = (float)((double)(logits[token] - largest) - Math.Log(total));
        return new TokenDraw(token, logProbability, logProbability, Entropy(total, weighted, withEntropy));
    }

    /// <summary>Natural log of the sum of the exponentials of the logits.</summary>
    public double LogNormalizer(float* logits)
    {
        float largest = Prepare(logits);
        return largest + Math.Log(Exponentiate(logits, largest, 1f, false, out _));
    }

    /// <summary>Natural logs of the whole untempered distribution.</summary>
    public void LogProbabilities(float* logits, Span<float> target)
    {
        float largest = Prepare(logits);
        double logTotal = Math.Log(Exponentiate(logits, largest, 1f, false, out _));
        for (int i = 0; i < vocabularySize; i++) target[i] = (float)((double)(logits[i] - largest) - logTotal);
    }

    private static float Entropy(double total, double weighted, bool wanted) =>
        wanted ? (float)Math.Max(0, Math.Log(total) - weighted / total) : 0f;

    /// <summary>Makes the padding impossible and returns the largest logit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Prepare(float* logits)
    {
        for (int i = vocabularySize; i < _padded; i++) logits[i] = float.NegativeInfinity;
        TVector largest = TWidth.Load(logits);
        for (int i = TWidth.Lanes; i < _padded; i += TWidth.Lanes) largest = TWidth.Max(largest, TWidth.Load(logits + i));
        return TWidth.Largest(largest);
    }

    /// <summary>
    /// exp((logit − largest) · inverseTemperature) of all tokens; returns their sum, and the sum of exponential times exponent.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Exponentiate(float* logits, float largest, float inverseTemperature, bool withEntropy, out double weighted)
    {
        TVector top = TWidth.Broadcast(largest), inverse = TWidth.Broadcast(inverseTemperature), zero = TWidth.Broadcast(0f);
        TVector lowest = TWidth.Broadcast(2 * Elementwise<TWidth, TVector>.LowestExponent);
        float* exponentials = _exponentials.Pointer;
        double total = 0, products = 0;
        for (int chunk = 0; chunk < _chunkSums.Length; chunk++)
        {
            TVector sum = zero, product = zero;
            for (int i = chunk * Chunk; i < (chunk + 1) * Chunk; i += TWidth.Lanes)
            {
                TVector x = TWidth.Multiply(TWidth.Subtract(TWidth.Load(logits + i), top), inverse);
                TVector e = Elementwise<TWidth, TVector>.Exp(x);
                TWidth.Store(exponentials + i, e);
                sum = TWidth.Add(sum, e);
                // The bound keeps 0 · −∞ out of the sum; where it matters the exponential is 0.
                if (withEntropy) product = TWidth.MultiplyAdd(e, TWidth.Max(x, lowest), product);
            }
            double chunkSum = TWidth.Sum(sum);
            _chunkSums[chunk] = chunkSum;
            total += chunkSum;
            if (withEntropy) products += TWidth.Sum(product);
        }
        if (!double.IsFinite(total)) throw NotFinite();
        weighted = products;
        return total;
    }

    /// <summary>The first token at which the cumulative sum passes <paramref name="target"/>; never one of probability 0.</summary>
    private int Invert(double target)
    {
        double before = 0;
        int chunk = 0, last = -1;
        for (; chunk < _chunkSums.Length; chunk++)
        {
            if (_chunkSums[chunk] > 0) last = chunk;
            if (before + _chunkSums[chunk] > target) break;
            before += _chunkSums[chunk];
        }
        if (chunk == _chunkSums.Length)
        {
            // Rounding of uniform · total up to total: the last possible token.
            chunk = last;
            target = double.PositiveInfinity;
        }
        if (chunk < 0) throw NotFinite();
        int token = -1;
        for (int i = chunk * Chunk; i < (chunk + 1) * Chunk; i++)
        {
            float e = _exponentials.Pointer[i];
            if (e == 0f) continue;
            token = i;
            before += e;
            if (before > target) break;
        }
        return token;
    }

    private static InvalidOperationException NotFinite() =>
        new("The model's logits are not finite: its weights hold NaN or infinity, or have grown beyond float32. Check the checkpoint, or "
            + "the learning rate if this happened in training.");
}
