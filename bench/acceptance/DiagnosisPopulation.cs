using MathNet.Numerics.Distributions;
using Tilt.Exact;
using Tilt.Rollouts;
using Tilt.Statistics;
using Tilt.TiltFit;

namespace Tilt.Acceptance;

/// <summary>
/// Prompts with enumerated responses: p from a random table of the prompt's own, a difficulty of the prompt's own (some prompts have
/// few right responses or none), and log π = α·log p + r/β + σ·ε, renormalised, with ε fixed for each response.
/// </summary>
internal sealed class DiagnosisPopulation
{
    private const int VocabularySize = 4, EndOfSequence = 3, Limit = 4;
    private const double Spread = 1.5;

    private readonly ScoredDraw[][] _responses;
    private readonly double[][] _baseCumulative;
    private readonly double[][] _tunedCumulative;

    public DiagnosisPopulation(int prompts, double alpha, double betaInverse, double noise)
    {
        (_responses, _baseCumulative, _tunedCumulative) = (new ScoredDraw[prompts][], new double[prompts][], new double[prompts][]);
        var moments = new WithinPromptMoments[prompts];
        Parallel.For(0, prompts, x =>
        {
            _responses[x] = Responses((uint)x, alpha, betaInverse, noise);
            double[] baseLaw = Array.ConvertAll(_responses[x], r => Math.Exp(r.BaseLogProbability)),
                tunedLaw = Array.ConvertAll(_responses[x], r => Math.Exp(r.TunedLogProbability));
            moments[x] = WithinPromptMoments.OfLaws(_responses[x], baseLaw, tunedLaw);
            (_baseCumulative[x], _tunedCumulative[x]) = (Cumulative(baseLaw), Cumulative(tunedLaw));
        });
        var fit = new WithinPromptRegression(moments, DrawLaw.Mixture, Variable.BaseLogProbability, Variable.Reward);
        if (!fit.TryFit(PromptBootstrap.All(prompts))) throw new InvalidOperationException("The population does not identify α and 1/β.");
        Projection = [.. fit.Coefficients];
    }

    /// <summary>α and 1/β of the projection, by enumeration of the whole population.</summary>
    public double[] Projection { get; }

    /// <summary>Fresh prompts, drawn with replacement, with fresh draws.</summary>
    public PromptDraws[] Sample(int prompts, int draws, uint seed)
    {
        var sample = new PromptDraws[prompts];
        for (int i = 0; i < prompts; i++)
        {
            var numbers = new RandomStream(seed, RandomDomain.Evaluation, 0, (uint)i, 0);
            int x = numbers.Below(_responses.Length, 0);
            sample[i] = new PromptDraws($"{x}", Draw(x, _baseCumulative[x], draws, numbers with { Step = 1 }),
                Draw(x, _tunedCumulative[x], draws, numbers with { Step = 2 }));
        }
        return sample;
    }

    private ScoredDraw[] Draw(int x, double[] cumulative, int draws, RandomStream numbers)
    {
        var drawn = new ScoredDraw[draws];
        for (int s = 0; s < draws; s++)
        {
            int i = Array.BinarySearch(cumulative, numbers.Uniform((uint)s) * cumulative[^1]);
            drawn[s] = _responses[x][i < 0 ? ~i : i + 1];
        }
        return drawn;
    }

    private static ScoredDraw[] Responses(uint x, double alpha, double betaInverse, double noise)
    {
        var model = TabularLanguageModel.Random(new RandomStream(x, RandomDomain.Initialization, 0, 0, 0), VocabularySize, [EndOfSequence],
            8, Spread);
        ExactResponse[] space = [.. ResponseSpace.Enumerate(model, [0], Limit).Responses];
        var numbers = new RandomStream(x, RandomDomain.ProblemGeneration, 0, 0, 0);
        double difficulty = Math.Pow(numbers.Uniform(0), 2);
        double[] rewards = [.. space.Select((_, i) => (numbers with { Step = 1 }).Uniform((uint)i) < difficulty ? 1.0 : 0)];
        double[] scores =
        [
            .. space.Select((response, i) => alpha * response.LogProbability + betaInverse * rewards[i]
                + noise * Normal.InvCDF(0, 1, (numbers with { Step = 2 }).Uniform((uint)i) * (1 - 2e-12) + 1e-12)),
        ];
        double largest = scores.Max(), logNormalizer = largest + Math.Log(scores.Sum(score => Math.Exp(score - largest)));
        return [.. space.Select(
            (response, i) => new ScoredDraw(response.LogProbability, scores[i] - logNormalizer, rewards[i], response.ResponseIds.Length))];
    }

    private static double[] Cumulative(double[] law)
    {
        double sum = 0;
        return Array.ConvertAll(law, p => sum += p);
    }
}
