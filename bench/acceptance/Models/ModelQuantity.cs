namespace Tilt.Acceptance.Models;

/// <summary>What is compared of a model.</summary>
internal enum ModelQuantity
{
    /// <summary>Largest difference of a logit.</summary>
    Logits,

    /// <summary>Largest difference of a token's log-probability in nats.</summary>
    LogProbabilities,

    /// <summary>Largest difference of an entropy in nats.</summary>
    Entropies,

    /// <summary>Largest difference of the log-probability of a sequence in nats.</summary>
    Sums,

    /// <summary>Largest L2 norm of the difference of a parameter's gradient over that of the gradient.</summary>
    Gradients,

    /// <summary>Largest difference of a logit with the adapter, beside or in the weights.</summary>
    AdapterLogits,

    /// <summary>Largest difference of a token's log-probability with the adapter.</summary>
    AdapterLogProbabilities,

    /// <summary>Like <see cref="Gradients"/>, of A and B.</summary>
    AdapterGradients,

    /// <summary>Largest difference of a probability after temperature, top-k, top-p and min-p; 1 where another token is kept.</summary>
    Distributions,

    /// <summary>Greedy responses with another token or end.</summary>
    Greedy,

    /// <summary>Beam searches with another hypothesis.</summary>
    Beams,

    /// <summary>Largest difference of a hypothesis' score or sum of log-probabilities.</summary>
    BeamScores,

    /// <summary>Mean difference of log-probabilities computed with bfloat16 products: a sign of life, no exactness.</summary>
    BFloat16,
}

/// <summary>The worst of each quantity of one model, over all the ways in which Tilt computes it.</summary>
internal sealed class ModelDifferences(string name)
{
    private readonly double[] _worst = new double[Enum.GetValues<ModelQuantity>().Length];
    private readonly List<string> _findings = [];

    public string Name => name;

    /// <summary>What was beyond a tolerance or failed, with the path that computed it.</summary>
    public IReadOnlyList<string> Findings => _findings;

    public double this[ModelQuantity quantity] => _worst[(int)quantity];

    public static double Tolerance(ModelQuantity quantity) => quantity switch
    {
        ModelQuantity.Logits or ModelQuantity.AdapterLogits => 2e-4,
        ModelQuantity.Sums => 1e-3,
        ModelQuantity.Distributions => 1e-5,
        ModelQuantity.Greedy or ModelQuantity.Beams => 0,
        ModelQuantity.BFloat16 => 0.1,
        _ => 1e-4,
    };

    /// <summary>Notes a difference that some path of the library has.</summary>
    public void Note(ModelQuantity quantity, double difference, string path)
    {
        if (!(difference <= Tolerance(quantity))) _findings.Add(FormattableString.Invariant($"{path}: {quantity} {difference:0.0e0}"));
        // A difference that is no number is the worst.
        _worst[(int)quantity] = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(_worst[(int)quantity], difference);
    }

    public void Fail(string what) => _findings.Add(what);

    /// <summary>Largest absolute difference; infinite where the numbers of entries differ.</summary>
    public static double Largest(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        if (expected.Length != actual.Length) return double.PositiveInfinity;
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - actual[i]);
            if (!(difference <= largest)) largest = double.IsNaN(difference) ? double.PositiveInfinity : difference;
        }
        return largest;
    }

    /// <summary>L2 norm of the difference over that of what is expected.</summary>
    public static double Relative(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        if (expected.Length != actual.Length) return double.PositiveInfinity;
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += ((double)expected[i] - actual[i]) * ((double)expected[i] - actual[i]);
            norm += (double)expected[i] * expected[i];
        }
        return norm == 0 && difference == 0 ? 0 : Math.Sqrt(difference / norm);
    }
}
