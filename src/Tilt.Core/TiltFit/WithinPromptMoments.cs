namespace Tilt.TiltFit;

/// <summary>What the line log π = α·log p + r/β + … relates within a prompt.</summary>
internal enum Variable
{
    /// <summary>log π(y|x), nats.</summary>
    TunedLogProbability,

    /// <summary>log p(y|x), nats.</summary>
    BaseLogProbability,

    /// <summary>r(x, y); 0 throughout when it is left out.</summary>
    Reward,

    /// <summary>T, tokens.</summary>
    Length,

    /// <summary>log p(y|x) / T, nats per token.</summary>
    MeanBaseLogProbability,
}

/// <summary>The law that moments are taken under.</summary>
internal enum DrawLaw
{
    /// <summary>½p + ½π.</summary>
    Mixture,

    /// <summary>p.</summary>
    Base,

    /// <summary>π.</summary>
    Tuned,
}

/// <summary>
/// Covariances of the variables within one prompt, under p, π and their mixture. They are all that regressions with an intercept a
/// prompt need.
/// </summary>
internal sealed class WithinPromptMoments
{
    /// <summary>Number of <see cref="Variable"/>s.</summary>
    public const int Variables = 5;

    /// <summary>Entries of a packed symmetric matrix.</summary>
    public const int Entries = Variables * (Variables + 1) / 2;

    // Scores of the same response may differ in the last bits of float32: a smaller standard deviation, relative to the values, is no
    // variation.
    private const double Tolerance = 1e-5;

    private readonly double[][] _covariances;
    private readonly bool[][] _varies;

    private WithinPromptMoments(double[][] covariances, bool[][] varies)
    {
        _covariances = covariances;
        _varies = varies;
    }

    /// <summary>Packed place of the covariance of two variables.</summary>
    public static int Entry(int a, int b) => a >= b ? a * (a + 1) / 2 + b : b * (b + 1) / 2 + a;

    /// <summary>Packed covariances, <c>[15]</c>.</summary>
    public double[] Covariances(DrawLaw law) => _covariances[(int)law];

    /// <summary>Whether a variable takes different values within this prompt.</summary>
    public bool Varies(DrawLaw law, Variable variable) => _varies[(int)law][(int)variable];

    /// <summary>Unbiased estimates from draws: see docs/diagnosis.md.</summary>
    /// <exception cref="ArgumentException">There are fewer than two draws from a model, or a score is not finite.</exception>
    public static WithinPromptMoments OfDraws(PromptDraws prompt)
    {
        double[][] ofBase = Values(prompt.FromBase, prompt.Id), ofTuned = Values(prompt.FromTuned, prompt.Id);
        if (ofBase.Length < 2 || ofTuned.Length < 2)
            throw new ArgumentException($"Prompt {prompt.Id} has {ofBase.Length} draws from the base and {ofTuned.Length} from the tuned "
                + $"model; at least 2 from each are needed.", nameof(prompt));
        (double[] baseMeans, double[] baseCovariances) = Moments(ofBase, Equal(ofBase.Length), (double)ofBase.Length / (ofBase.Length - 1));
        (double[] tunedMeans, double[] tunedCovariances) =
            Moments(ofTuned, Equal(ofTuned.Length), (double)ofTuned.Length / (ofTuned.Length - 1));
        return Of(ofBase, baseMeans, baseCovariances, 1.0 / ofBase.Length, ofTuned, tunedMeans, tunedCovariances, 1.0 / ofTuned.Length);
    }

    /// <summary>Exact moments from enumerated responses and their probabilities under both models, <c>[response]</c>.</summary>
    /// <exception cref="ArgumentException">A score of a possible response is not finite.</exception>
    public static WithinPromptMoments OfLaws(IReadOnlyList<ScoredDraw> responses, double[] baseLaw, double[] tunedLaw)
    {
        double[][] values = Values(responses, "enumerated");
        (double[] baseMeans, double[] baseCovariances) = Moments(values, baseLaw, 1);
        (double[] tunedMeans, double[] tunedCovariances) = Moments(values, tunedLaw, 1);
        return Of(values, baseMeans, baseCovariances, 0, values, tunedMeans, tunedCovariances, 0);
    }

    private static WithinPromptMoments Of(
        double[][] ofBase, double[] baseMeans, double[] baseCovariances, double baseNoise,
        double[][] ofTuned, double[] tunedMeans, double[] tunedCovariances, double tunedNoise)
    {
        // ½·S_p + ½·S_π + ¼·(δδᵀ − S_p/n − S_π/n); the noise of the means is 0 for exact moments.
        double[] mixture = new double[Entries];
        for (int a = 0; a < Variables; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                int entry = Entry(a, b);
                double between = (tunedMeans[a] - baseMeans[a]) * (tunedMeans[b] - baseMeans[b]);
                mixture[entry] =
                    baseCovariances[entry] * (0.5 - baseNoise / 4) + tunedCovariances[entry] * (0.5 - tunedNoise / 4) + between / 4;
            }
        }
        return new WithinPromptMoments([mixture, baseCovariances, tunedCovariances],
            [Varying([.. ofBase, .. ofTuned], mixture), Varying(ofBase, baseCovariances), Varying(ofTuned, tunedCovariances)]);
    }

    private static double[][] Values(IReadOnlyList<ScoredDraw> draws, string id)
    {
        var values = new double[draws.Count][];
        for (int i = 0; i < values.Length; i++)
        {
            ScoredDraw draw = draws[i];
            values[i] = [draw.TunedLogProbability, draw.BaseLogProbability, draw.Reward ?? 0, draw.Length,
                draw.BaseLogProbability / Math.Max(1, draw.Length)];
            if (!values[i].All(double.IsFinite))
                throw new ArgumentException($"Draw {i} of prompt {id} has log-probabilities {draw.BaseLogProbability} "
                    + $"and {draw.TunedLogProbability} and reward {draw.Reward}; finite numbers are needed.");
        }
        return values;
    }

    private static double[] Equal(int count)
    {
        double[] weights = new double[count];
        Array.Fill(weights, 1.0 / count);
        return weights;
    }

    private static (double[] Means, double[] Covariances) Moments(double[][] values, double[] weights, double scale)
    {
        double[] means = new double[Variables], covariances = new double[Entries];
        for (int i = 0; i < values.Length; i++)
        {
            for (int a = 0; a < Variables; a++) means[a] += weights[i] * values[i][a];
        }
        double[] centred = new double[Variables];
        for (int i = 0; i < values.Length; i++)
        {
            for (int a = 0; a < Variables; a++) centred[a] = values[i][a] - means[a];
            for (int a = 0, entry = 0; a < Variables; a++)
            {
                for (int b = 0; b <= a; b++, entry++) covariances[entry] += scale * weights[i] * centred[a] * centred[b];
            }
        }
        return (means, covariances);
    }

    private static bool[] Varying(double[][] values, double[] covariances)
    {
        var varying = new bool[Variables];
        for (int a = 0; a < Variables; a++)
        {
            double largest = values.Max(v => Math.Abs(v[a]));
            varying[a] = Math.Sqrt(Math.Max(0, covariances[Entry(a, a)])) > Tolerance * Math.Max(1, largest);
        }
        return varying;
    }
}
