using Tilt.Exact;
using Tilt.Rollouts;
using Tilt.TiltFit;

namespace Tilt.Core.Tests.TiltFit;

/// <summary>A prompt whose responses are enumerated: p from a random table, π made from it, a reward by chance.</summary>
internal sealed class EnumeratedPrompt
{
    private readonly uint _index;

    private EnumeratedPrompt(uint index, ScoredDraw[] responses, double[] baseLaw, double[] tunedLaw) =>
        (_index, Responses, BaseLaw, TunedLaw) = (index, responses, baseLaw, tunedLaw);

    public ScoredDraw[] Responses { get; }

    public double[] BaseLaw { get; }

    public double[] TunedLaw { get; }

    /// <summary>log π = α·log p + r/β + σ·ε, renormalised.</summary>
    public static EnumeratedPrompt Tilted(uint index, double alpha, double betaInverse, double noise = 0, double spread = 1.5,
        double rewardShare = 0.3)
    {
        ExactResponse[] space = Space(Model(index, 0, spread), index);
        var numbers = new RandomStream(1, RandomDomain.ProblemGeneration, 1, index, 0);
        double[] rewards = [.. space.Select((_, i) => numbers.Uniform((uint)i) < rewardShare ? 1.0 : 0)];
        double[] scores =
            [.. space.Select((response, i) => alpha * response.LogProbability + betaInverse * rewards[i] + noise * Normal(numbers, i))];
        return Of(index, space, rewards, scores);
    }

    /// <summary>A tuned model that has nothing to do with the base: another random table.</summary>
    public static EnumeratedPrompt Unrelated(uint index, double spread = 1.5)
    {
        ExactResponse[] space = Space(Model(index, 0, spread), index);
        TabularLanguageModel other = Model(index, 1, spread);
        var numbers = new RandomStream(1, RandomDomain.ProblemGeneration, 1, index, 0);
        double[] rewards = [.. space.Select((_, i) => numbers.Uniform((uint)i) < 0.3 ? 1.0 : 0)];
        return Of(index, space, rewards,
            [.. space.Select(response => other.TokenLogProbabilities([(int)index % 3], response.ResponseIds).Sum())]);
    }

    public WithinPromptMoments Moments() => WithinPromptMoments.OfLaws(Responses, BaseLaw, TunedLaw);

    /// <summary>Draws from both models.</summary>
    public PromptDraws Draw(int samples, uint seed, bool gold = true)
    {
        ScoredDraw[] ofBase = new ScoredDraw[samples], ofTuned = new ScoredDraw[samples];
        for (int s = 0; s < samples; s++)
        {
            var numbers = new RandomStream(seed, RandomDomain.Evaluation, 0, _index, (uint)s);
            ofBase[s] = Choose(BaseLaw, numbers.Uniform(0), gold);
            ofTuned[s] = Choose(TunedLaw, numbers.Uniform(1), gold);
        }
        return new PromptDraws($"p{_index}", ofBase, ofTuned);
    }

    private static EnumeratedPrompt Of(uint index, ExactResponse[] space, double[] rewards, double[] scores)
    {
        double largest = scores.Max(), logNormalizer = largest + Math.Log(scores.Sum(score => Math.Exp(score - largest)));
        ScoredDraw[] responses =
            [.. space.Select((response, i) =>
                new ScoredDraw(response.LogProbability, scores[i] - logNormalizer, rewards[i], response.ResponseIds.Length))];
        return new EnumeratedPrompt(
            index, responses, [.. responses.Select(r => Math.Exp(r.BaseLogProbability))],
            [.. responses.Select(r => Math.Exp(r.TunedLogProbability))]);
    }

    private static ExactResponse[] Space(TabularLanguageModel model, uint index) =>
        [.. ResponseSpace.Enumerate(model, [(int)index % 3], 4).Responses];

    private static TabularLanguageModel Model(uint index, uint which, double spread) =>
        TabularLanguageModel.Random(new RandomStream(index, RandomDomain.Initialization, which, 0, 0), 3, [2], 8, spread);

    private ScoredDraw Choose(double[] law, double uniform, bool gold)
    {
        int i = 0;
        for (double cumulative = law[0]; uniform >= cumulative && i < law.Length - 1; cumulative += law[i]) i++;
        return gold ? Responses[i] : Responses[i] with { Reward = null };
    }

    private static double Normal(RandomStream numbers, int i) =>
        MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, (numbers with { Sample = 1 }).Uniform((uint)i) * (1 - 2e-12) + 1e-12);
}
