using System.Globalization;
using System.Text;
using Tilt.Exact;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Particles;
using Tilt.Inference.Methods.Power;
using Tilt.Inference.Methods.Responses;
using Tilt.Inference.Tests.Methods;
using Tilt.Rollouts;

namespace Tilt.Acceptance;

/// <summary>A finite chain's distance to p^α, by enumeration, beside what its transition alone says.</summary>
internal sealed record ChainRow(int Blocks, int Moves, double Distance, double DistanceWithoutLengths);

/// <summary>The drawn particle's distance to the target, estimated from weighted populations.</summary>
internal sealed record ParticleRow(string Target, int Particles, int Populations, double Distance, double Noise, double MeanResamplings,
    double MeanRatio, double RatioError);

/// <summary>A sampler's outputs against the exact target.</summary>
internal sealed record SampledRow(string Method, int Samples, double Distance, double Noise, bool Passed);

/// <summary>Power sampling and sequential Monte Carlo on a problem of variable lengths that is enumerated whole.</summary>
internal static class SamplerDistances
{
    private const int VocabularySize = 4, EndOfSequence = 3, Limit = 5, Populations = 20_000;
    private const double Alpha = 2, BetaInverse = 2, Largest = 0.02, FalseAlarm = 1e-6;
    private static readonly int[] Prompt = [0];
    private static readonly PowerSamplingOptions Chain = new() { Alpha = Alpha, Blocks = 5, MovesPerBlock = 20 };
    private static readonly SequentialMonteCarloOptions Population = new() { Alpha = Alpha, Particles = 64, BetaInverse = BetaInverse };

    public static async Task<int> RunAsync(int samples, string folder)
    {
        TabularLanguageModel model = Model();
        var space = ResponseSpace.Enumerate(model, Prompt, Limit);
        double[] power = space.PowerLaw(Alpha), tilted = Tilted(space);
        double[,] transition = PowerTransition.Matrix(model, space, Prompt, Alpha, 1 / Alpha, PowerAcceptance.Probability);
        (double Balance, double Stationarity) errors =
            (PowerTransition.BalanceError(transition, power), PowerTransition.StationarityError(transition, power));
        double[,] without = PowerTransition.Matrix(model, space, Prompt, Alpha, 1 / Alpha, WithoutLengths);
        (double Balance, double Stationarity) wrong =
            (PowerTransition.BalanceError(without, power), PowerTransition.StationarityError(without, power));
        ChainRow[] chains =
        [
            .. from blocks in (int[])[1, 2, 5]
               from moves in (int[])[0, 1, 2, 5, 10, 20, 50]
               select new ChainRow(blocks, moves, Distance(Law(blocks, moves, PowerAcceptance.Probability), power),
                   Distance(Law(blocks, moves, WithoutLengths), power)),
        ];
        var particles = new List<ParticleRow>();
        foreach (int count in (int[])[1, 2, 4, 8, 16, 32, 64, 128])
        {
            particles.Add(await ParticlesAsync(model, space, power, Population with { Particles = count, BetaInverse = null }));
            particles.Add(await ParticlesAsync(model, space, tilted, Population with { Particles = count }));
            Console.WriteLine($"{count} particles: {particles[^2].Distance:0.0000}, with reward {particles[^1].Distance:0.0000}");
        }
        SampledRow[] sampled =
        [
            await SampledAsync(new PowerSampling(model, Chain) { MaxBatchSize = 50_000 }, space, power, samples,
                $"power sampling, {Chain.Blocks} blocks × {Chain.MovesPerBlock} moves"),
            await SampledAsync(Monte(model, Population with { BetaInverse = null }), space, power, samples,
                $"sequential Monte Carlo, {Population.Particles} particles"),
            await SampledAsync(Monte(model, Population), space, tilted, samples,
                $"sequential Monte Carlo with reward, {Population.Particles} particles"),
        ];
        TabularLanguageModel cold = model.Tempered(1 / Alpha);
        double low = Distance(
            [.. space.Responses.Select(response => Math.Exp(cold.TokenLogProbabilities(Prompt, response.ResponseIds).Sum()))], power);
        var results = new
        {
            Alpha,
            BetaInverse,
            Responses = space.Responses.Count,
            Transition = errors,
            TransitionWithoutLengths = wrong,
            LowTemperatureDistance = low,
            Chains = chains,
            Particles = particles,
            Sampled = sampled
        };
        AcceptanceReport.Write(folder, "samplers", results,
            stamp => Markdown(stamp, space, errors, wrong, low, chains, particles, sampled));
        bool exact = errors is { Balance: < 1e-12, Stationarity: < 1e-12 } && wrong.Stationarity > 1e-4;
        return exact && sampled.All(row => row.Passed) ? 0 : 1;

        double[] Law(int blocks, int moves, AcceptanceRule rule) =>
            PowerTransition.LawOfChain(model, space, Prompt, Alpha, blocks, moves, Limit, rule);
    }

    private static SequentialMonteCarlo Monte(TabularLanguageModel model, SequentialMonteCarloOptions options) =>
        new(model, options, Reward) { MaxBatchSize = 65_536 };

    private static async Task<ParticleRow> ParticlesAsync(TabularLanguageModel model, ResponseSpace space, double[] target,
        SequentialMonteCarloOptions options)
    {
        SequentialMonteCarloRun run = await Monte(model, options).RunParticlesAsync(
            [new InferenceRequest(Prompt, 0)], new InferenceSettings { MaxNewTokens = Limit, Outputs = Populations, Seed = 1 });
        double[] law = new double[target.Length], squares = new double[target.Length];
        foreach (ParticleSample sample in run.Samples[0])
        {
            double[] one = new double[target.Length];
            for (int i = 0; i < sample.Particles.Length; i++) one[space.IndexOf(sample.Particles[i].ResponseIds)] += sample.Weights[i];
            for (int i = 0; i < one.Length; i++)
            {
                law[i] += one[i] / Populations;
                squares[i] += one[i] * one[i] / Populations;
            }
        }
        // Distance that the mean of that many populations would show from its own expectation, about.
        double noise = 0.5 * Math.Sqrt(2 / Math.PI)
            * Enumerable.Range(0, law.Length).Sum(i => Math.Sqrt(Math.Max(0, squares[i] - law[i] * law[i]) / Populations));
        double normalizer = space.Responses.Sum(
            r => Math.Exp(Alpha * r.LogProbability + (options.BetaInverse is null ? 0 : BetaInverse * RewardOf(r.ResponseIds))));
        double[] ratios = [.. run.Samples[0].Select(sample => Math.Exp(sample.LogNormalizer) / normalizer)];
        double mean = ratios.Average(), error = Math.Sqrt(ratios.Sum(r => (r - mean) * (r - mean)) / (Populations - 1) / Populations);
        return new ParticleRow(options.BetaInverse is null ? "p^α" : "p^α·exp(r/β)", options.Particles, Populations, Distance(law, target),
            noise, run.Samples[0].Average(s => s.Resamplings), mean, error);
    }

    private static async Task<SampledRow> SampledAsync(IInferenceMethod method, ResponseSpace space, double[] target, int samples,
        string name)
    {
        double[] law = new double[target.Length];
        // In portions, each with a problem index of its own, so that memory stays small.
        const int Portion = 20_000;
        for (int done = 0; done < samples; done += Portion)
        {
            int count = Math.Min(Portion, samples - done);
            MethodOutput output = await method.RunAsync([new InferenceRequest(Prompt, (uint)(done / Portion))],
                new InferenceSettings { MaxNewTokens = Limit, Outputs = count, Seed = 2 });
            foreach (Completion completion in output.Outputs[0]) law[space.IndexOf(completion.ResponseIds)] += 1.0 / samples;
        }
        // E[TV] ≤ ½·Σ √(π/M), and one sample changes TV by at most 1/M (McDiarmid).
        double noise = 0.5 * target.Sum(p => Math.Sqrt(p * (1 - p) / samples)) + Math.Sqrt(Math.Log(1 / FalseAlarm) / (2.0 * samples));
        double distance = Distance(law, target);
        Console.WriteLine($"{name}: {distance:0.0000}, noise {noise:0.0000}");
        return new SampledRow(name, samples, distance, noise, distance < Largest + noise);
    }

    private static string Markdown(
        string stamp, ResponseSpace space, (double Balance, double Stationarity) errors, (double Balance, double Stationarity) wrong,
        double low,
        ChainRow[] chains, List<ParticleRow> particles, SampledRow[] sampled)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Samplers against exact laws

            {stamp}. A random table over {VocabularySize} tokens, responses of 1 to {Limit} tokens, {space.Responses.Count} of them, enumerated; α = {Alpha}, 1/β = {BetaInverse}, r = 1
            for responses that hold token 1. Distances are total variations to the exact target. Made by
            `dotnet run -c Release --project bench/acceptance -- samplers`.

            ## Power sampling: the transition

            | acceptance | largest error of detailed balance | of πP = π |
            |---|---:|---:|
            | with T/T' | {errors.Balance:0.0e+0} | {errors.Stationarity:0.0e+0} |
            | without | {wrong.Balance:0.0e+0} | {wrong.Stationarity:0.0e+0} |

            ## Power sampling: finite chains

            The law of a chain's end by enumeration of all stages, no sampling. A stationary transition is not a finished chain. For
            comparison: sampling at temperature 1/α, the proposal, has distance {low:0.000}.

            | blocks | moves a block | distance | without T/T' |
            |---:|---:|---:|---:|

            """);
        foreach (ChainRow row in chains)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Blocks} | {row.Moves} | {row.Distance:0.0000} | {row.DistanceWithoutLengths:0.0000} |");
        text.Append(CultureInfo.InvariantCulture, $"""

            ## Sequential Monte Carlo: finite populations

            The law of the drawn particle, estimated by the mean of {Populations} weighted populations; "noise" is what that mean would show by chance.
            Ẑ/Z is 1 on average for every N.

            | target | particles | distance | noise | resamplings | mean Ẑ/Z | ± |
            |---|---:|---:|---:|---:|---:|---:|

            """);
        foreach (ParticleRow row in particles)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Target} | {row.Particles} | {row.Distance:0.0000} | {row.Noise:0.0000} | {row.MeanResamplings:0.0} "
                + $"| {row.MeanRatio:0.0000} | {row.RatioError:0.0000} |");
        text.Append(CultureInfo.InvariantCulture, $"""

            ## Outputs

            Drawn by the methods as they ship. Passed: below {Largest} beyond sampling noise (false alarm {FalseAlarm:0e+0}).

            | method | samples | distance | noise | |
            |---|---:|---:|---:|---|

            """);
        foreach (SampledRow row in sampled)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {row.Method} | {row.Samples} | {row.Distance:0.0000} | {row.Noise:0.0000} | {(row.Passed ? "passed" : "FAILED")} |");
        return text.ToString();
    }

    private static double WithoutLengths(double alpha, ResponseSuffix current, ResponseSuffix proposed) =>
        PowerAcceptance.Probability(alpha, current with { Length = 1 }, proposed with { Length = 1 });

    private static double[] Tilted(ResponseSpace space)
    {
        double[] weights = [.. space.Responses.Select(
            response => Math.Exp(Alpha * response.LogProbability + BetaInverse * RewardOf(response.ResponseIds)))];
        double sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }

    private static double RewardOf(int[] responseIds) => responseIds.Contains(1) ? 1 : 0;

    private static ValueTask<double[]> Reward(IReadOnlyList<CandidateResponse> responses, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Array.ConvertAll([.. responses], response => RewardOf(response.Completion.ResponseIds)));

    private static double Distance(double[] p, double[] q) => p.Zip(q, (a, b) => Math.Abs(a - b)).Sum() / 2;

    // The distributions are remembered: contexts are few, draws many.
    private static TabularLanguageModel Model()
    {
        var random =
            TabularLanguageModel.Random(new RandomStream(11, RandomDomain.Initialization, 0, 0, 0), VocabularySize, [EndOfSequence], 16);
        var known = new Dictionary<int, double[]>();
        return new TabularLanguageModel(VocabularySize, [EndOfSequence], 16, context =>
        {
            int key = 1;
            foreach (int token in context) key = key * VocabularySize + token;
            if (!known.TryGetValue(key, out double[]? next)) known.Add(key, next = random.Next(context));
            return next;
        });
    }
}
