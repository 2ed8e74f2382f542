using Tilt.Objectives;
using static TorchSharp.torch;

namespace Tilt.Training.Optimizers;

/// <summary>
/// The weights of a step's tokens through its updates, where they depend on the policy (<see cref="WeightedSequence.Terms"/>).
/// </summary>
/// <remarks>
/// π_old is what the first update's forward pass gives, so that its ratios are 1 in every precision: in bfloat16 the loss's
/// log-probabilities differ from those of the rewards by more than narrow clips allow. The sequences must come in the same order in every
/// update.
/// </remarks>
internal sealed class Reweighing
{
    private readonly List<ResponseTerms> _terms = [];
    private bool _first = true;
    private int _next;

    /// <summary>Largest π/π_old of a token so far; null without any.</summary>
    public double? RatioMax { get; private set; }

    /// <summary>Tokens with an advantage so far, and those of them whose ratio the loss clipped.</summary>
    public (long Tokens, long Clipped) Counted { get; private set; }

    /// <summary>Begins the next update.</summary>
    public void NextUpdate() => (_first, _next) = (false, 0);

    /// <summary>The weights of a micro-batch's tokens, and its share of the loss where that is not −Σ weight·log π.</summary>
    /// <param name="logProbabilities">log π of its response tokens, <c>[tokens]</c>.</param>
    /// <param name="microBatch">Its sequences, in the same order.</param>
    public (float[] Weights, double? Loss) Of(Tensor logProbabilities, IReadOnlyList<WeightedSequence> microBatch)
    {
        if (microBatch.All(s => s.Terms is null)) return ([.. microBatch.SelectMany(s => s.Weights)], null);
        using var detached = logProbabilities.detach().cpu();
        double[] current = [.. detached.data<float>().ToArray().Select(l => (double)l)];
        float[] weights = new float[current.Length];
        double loss = 0;
        int at = 0;
        foreach (WeightedSequence sequence in microBatch)
        {
            ReadOnlySpan<double> tokens = current.AsSpan(at, sequence.Sequence.ResponseIds.Length);
            ResponseTerms terms = TermsOf(sequence, tokens);
            (double[] factors, double share, int clipped) = terms.At(tokens);
            if (terms.Rule.Loss.AllowsSeveralUpdates) Count(terms, tokens, clipped);
            foreach (double factor in factors) weights[at++] = (float)factor;
            loss += share;
        }

        return (weights, loss);
    }

    private void Count(ResponseTerms terms, ReadOnlySpan<double> current, int clipped)
    {
        double most = RatioMax ?? 0;
        for (int t = 0; t < current.Length; t++) most = Math.Max(most, Math.Exp(current[t] - terms.Old[t]));
        RatioMax = most;
        Counted = (Counted.Tokens + terms.Advantages.Count(a => a != 0), Counted.Clipped + clipped);
    }

    // Reference and sampler keep their distance from π, which was scored as they were.
    private static ResponseTerms Anchored(ResponseTerms terms, ReadOnlySpan<double> current)
    {
        double[] shift = current.ToArray();
        for (int t = 0; t < shift.Length; t++) shift[t] -= terms.Old[t];
        double[] Shifted(double[] logs) => [.. logs.Zip(shift, (log, by) => log + by)];
        return terms with
        {
            Old = current.ToArray(),
            Sampling = Shifted(terms.Sampling),
            Reference = terms.Reference is { } reference ? Shifted(reference) : null,
        };
    }

    private ResponseTerms TermsOf(WeightedSequence sequence, ReadOnlySpan<double> current)
    {
        if (_first) _terms.Add(Anchored(sequence.Terms!, current));
        return _first ? _terms[^1] : _terms[_next++];
    }
}
