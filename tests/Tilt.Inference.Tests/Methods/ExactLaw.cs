using Tilt.Exact;
using Tilt.Inference.Methods.Contracts;
using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Methods;

/// <summary>Small problems to enumerate, and comparison of samples with exact laws.</summary>
internal static class ExactLaw
{
    public const int EndOfSequence = 2;

    /// <summary>A random model whose responses of all lengths matter; its distributions are remembered, contexts being few.</summary>
    public static TabularLanguageModel Model(uint seed = 5, int vocabularySize = 3)
    {
        var random =
            TabularLanguageModel.Random(new RandomStream(seed, RandomDomain.Initialization, 0, 0, 0), vocabularySize, [EndOfSequence], 32);
        var known = new Dictionary<UInt128, double[]>();
        return new TabularLanguageModel(vocabularySize, random.EndOfSequenceIds, random.ContextLength, context =>
        {
            UInt128 key = 1;
            foreach (int token in context) key = checked(key * (UInt128)vocabularySize + (UInt128)token);
            if (!known.TryGetValue(key, out double[]? next)) known.Add(key, next = random.Next(context));
            return next;
        });
    }

    public static InferenceRequest[] Requests(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new InferenceRequest([i % 2], (uint)i))];

    /// <summary>Total variation between counts of the outputs and a law over the space.</summary>
    public static double TotalVariation(IEnumerable<Completion> outputs, ResponseSpace space, double[] law)
    {
        double[] counts = new double[law.Length];
        int total = 0;
        foreach (Completion output in outputs)
        {
            int index = space.IndexOf(output.ResponseIds);
            Assert.True(index >= 0, $"[{string.Join(", ", output.ResponseIds)}] is not in the response space.");
            Assert.Equal(space.Responses[index].Finished ? StopReason.EndOfSequence : StopReason.Length, output.StopReason);
            counts[index]++;
            total++;
        }
        for (int i = 0; i < counts.Length; i++) counts[i] /= total;
        return Distance(counts, law);
    }

    public static double Distance(double[] p, double[] q) => p.Zip(q, (a, b) => Math.Abs(a - b)).Sum() / 2;

    /// <summary>
    /// The total variation that samples from the law itself exceed with probability below 10⁻⁶: P(TV ≥ ε) ≤ 2^K·exp(−2Nε²)
    /// (Weissman et al., "Inequalities for the L1 deviation of the empirical distribution", 2003).
    /// </summary>
    public static double Bound(int outcomes, int samples) => Math.Sqrt((outcomes * Math.Log(2) + Math.Log(1e6)) / (2.0 * samples));

    public static void AssertSameCompletions(Completion[] expected, Completion[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].ResponseIds, actual[i].ResponseIds);
            Assert.Equal(expected[i].LogProbabilities, actual[i].LogProbabilities);
            Assert.Equal(expected[i].SamplingLogProbabilities, actual[i].SamplingLogProbabilities);
            Assert.Equal(expected[i].StopReason, actual[i].StopReason);
        }
    }
}
