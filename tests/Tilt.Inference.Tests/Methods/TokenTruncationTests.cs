using CsCheck;
using Tilt.Exact;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Sampling;
using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Methods;

public sealed class TokenTruncationTests
{
    private static readonly float[] Logs = [.. new[] { 0.1, 0.4, 0.2, 0.3 }.Select(p => (float)Math.Log(p))];

    [Fact]
    public void Filters_by_hand()
    {
        AssertDistribution([0, 0.4 / 0.7, 0, 0.3 / 0.7], new TokenTruncation { TopK = 2 });
        AssertDistribution([0, 0.4 / 0.7, 0, 0.3 / 0.7], new TokenTruncation { TopP = 0.65 });
        AssertDistribution([0, 0.4 / 0.9, 0.2 / 0.9, 0.3 / 0.9], new TokenTruncation { TopP = 0.71 });
        AssertDistribution([0, 1, 0, 0], new TokenTruncation { TopP = 0.01 });
        AssertDistribution([0, 0.4 / 0.9, 0.2 / 0.9, 0.3 / 0.9], new TokenTruncation { MinP = 0.3 });
        AssertDistribution([0.01 / 0.3, 0.16 / 0.3, 0.04 / 0.3, 0.09 / 0.3], new TokenTruncation { Temperature = 0.5 });
        // Top-k first: the nucleus is taken of 4/7 and 3/7, so 0.5 keeps one token and 0.6 both.
        AssertDistribution([0, 1, 0, 0], new TokenTruncation { TopK = 2, TopP = 0.5 });
        AssertDistribution([0, 0.4 / 0.7, 0, 0.3 / 0.7], new TokenTruncation { TopK = 2, TopP = 0.6 });
    }

    [Fact]
    public void Impossible_tokens_stay_impossible_and_equal_ones_are_kept_by_lower_id()
    {
        double[] actual = new double[4];
        new TokenTruncation { TopP = 0.5 }.Apply([0, float.NegativeInfinity, 0, 0], actual);
        Assert.Equal([0.5, 0, 0.5, 0], actual.Select(p => Math.Round(p, 12)));
    }

    [Fact]
    public void A_truncated_distribution_is_the_renormalised_rest_and_always_keeps_the_most_likely_token() =>
        Gen.Select(Gen.Float[-8, 8].Array[1, 40], Gen.Int[0, 8], Gen.Double[0.05, 1], Gen.Double[0, 1]).Sample((logits, topK, topP, minP) =>
        {
            double[] all = new double[logits.Length], cut = new double[logits.Length];
            new TokenTruncation().Apply(logits, all);
            new TokenTruncation { TopK = topK, TopP = topP, MinP = minP }.Apply(logits, cut);
            Assert.Equal(1, cut.Sum(), 1e-9);
            Assert.True(cut[Array.IndexOf(all, all.Max())] > 0);
            double kept = all.Where((_, token) => cut[token] > 0).Sum();
            for (int token = 0; token < cut.Length; token++)
            {
                if (cut[token] > 0) Assert.Equal(all[token] / kept, cut[token], 1e-9);
            }
            if (topK > 0)
                Assert.True(cut.Count(p => p > 0)
                    <= Math.Max(topK, all.Count(p => p == all.OrderDescending().ElementAt(Math.Min(topK, all.Length) - 1)) + topK - 1));
        }, seed: "0N0XIzNsQ0O2", iter: 500);

    [Fact]
    public async Task Sampling_has_the_truncated_law_whatever_it_is_batched_with()
    {
        const int Samples = 20_000;
        var model = new TabularLanguageModel(4, [], 8, _ => [0.1, 0.4, 0.2, 0.3]);
        var sampling = new TruncatedSampling(model, new TokenTruncation { TopK = 2 });
        var settings = new InferenceSettings { MaxNewTokens = 1, Outputs = Samples };
        MethodOutput output = await sampling.RunAsync([new InferenceRequest([0], 0)], settings, TestContext.Current.CancellationToken);
        // Hoeffding: false alarm below 1e-6 at 0.02.
        Assert.Equal(4.0 / 7, output.Outputs[0].Count(completion => completion.ResponseIds[0] == 1) / (double)Samples, 0.02);
        Assert.All(output.Outputs[0], completion => Assert.Contains(completion.ResponseIds[0], new[] { 1, 3 }));
        Completion first = output.Outputs[0].First(completion => completion.ResponseIds[0] == 1);
        Assert.Equal(Math.Log(4.0 / 7), first.SamplingLogProbabilities[0], 1e-6);
        Assert.Equal(Math.Log(0.4), first.LogProbabilities[0], 1e-6);

        MethodOutput small = await new TruncatedSampling(model, new TokenTruncation { TopK = 2 }) { MaxBatchSize = 7 }
            .RunAsync([new InferenceRequest([1], 5), new InferenceRequest([0], 0)], settings with { Outputs = 20 },
                TestContext.Current.CancellationToken);
        ExactLaw.AssertSameCompletions(output.Outputs[0][..20], small.Outputs[1]);
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new TokenTruncation { Temperature = 0 }.Validate());
        Assert.Throws<ArgumentException>(() => new TokenTruncation { TopK = -1 }.Validate());
        Assert.Throws<ArgumentException>(() => new TokenTruncation { TopP = 0 }.Validate());
        Assert.Throws<ArgumentException>(() => new TokenTruncation { MinP = 1.5 }.Validate());
    }

    private static void AssertDistribution(double[] expected, TokenTruncation truncation)
    {
        double[] actual = new double[4];
        truncation.Apply(Logs, actual);
        for (int token = 0; token < 4; token++) Assert.Equal(expected[token], actual[token], 1e-6);
    }
}
