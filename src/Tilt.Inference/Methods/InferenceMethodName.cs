using System.Globalization;
using System.Text.RegularExpressions;
using Tilt.Inference.Methods.Beams;
using Tilt.Inference.Methods.Candidates;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Particles;
using Tilt.Inference.Methods.Power;
using Tilt.Inference.Methods.Responses;
using Tilt.Inference.Methods.Sampling;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods;

/// <summary>Inference-time methods by the names they have in tables and files (<see cref="IInferenceMethod.Name"/>).</summary>
public static partial class InferenceMethodName
{
    /// <summary>All responses that a method works on for one prompt are in memory at once.</summary>
    private const int MostTogether = 1 << 16;

    /// <summary>What names look like, one for each method; parts in brackets may be left out.</summary>
    public static IReadOnlyList<string> Forms { get; } =
    [
        "greedy",
        "temperature-T[-top-k-K][-top-p-P][-min-p-M]",
        "beam-WIDTH[-penalty-L][-early-stopping]",
        "power-ALPHA[-blocks-B][-moves-M]",
        "best-of-N-likelihood",
        "best-of-N-mean-likelihood",
        "smc-ALPHA-PARTICLES",
    ];

    /// <summary>The method of a name, on a model.</summary>
    /// <param name="name">A name of one of the <see cref="Forms"/>, such as <c>beam-4-penalty-1</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="sampler">Samples from the same model.</param>
    /// <param name="maxBatchSize">Most sequences that grow together where the method has a say in it.</param>
    /// <exception cref="InputException">There is no method of this name, or one of its numbers is out of range.</exception>
    public static IInferenceMethod Create(string name, ILanguageModel model, ISampler sampler, int maxBatchSize = ResponseExtension.DefaultMaxBatchSize)
    {
        try
        {
            return Find(name, model, sampler, maxBatchSize) ?? throw new InputException($"There is no method '{name}'. {Choices}");
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new InputException($"The method '{name}' cannot run: {e.Message}", e);
        }
    }

    private static string Choices => $"Methods are {string.Join(", ", Forms)}; for example temperature-0.7-top-p-0.9, beam-4-penalty-1, power-4.";

    private static IInferenceMethod? Find(string name, ILanguageModel model, ISampler sampler, int maxBatchSize)
    {
        if (name == "greedy") return new GreedyDecoding(sampler);
        if (Temperature().Match(name) is { Success: true } t)
        {
            var truncation = new TokenTruncation { Temperature = Real(t, 1) ?? 1, TopK = Whole(t, 2) ?? 0, TopP = Real(t, 3) ?? 1, MinP = Real(t, 4) ?? 0 };
            // Plain sampling has its own path, which is faster, and takes temperature 0 for greedy.
            return truncation is { TopK: 0, TopP: 1, MinP: 0 } ? new TemperatureSampling(sampler, (float)truncation.Temperature)
                : new TruncatedSampling(model, truncation) { MaxBatchSize = maxBatchSize };
        }
        if (Beam().Match(name) is { Success: true } b)
            return new BeamSearch(model, new() { Width = Many(b), LengthPenalty = Real(b, 2) ?? 0, EarlyStopping = b.Groups[3].Success, MaxBatchSize = maxBatchSize });
        if (Power().Match(name) is { Success: true } p)
        {
            var defaults = new PowerSamplingOptions();
            return new PowerSampling(model, new() { Alpha = Real(p, 1)!.Value, Blocks = Whole(p, 2) ?? defaults.Blocks, MovesPerBlock = Whole(p, 3) ?? defaults.MovesPerBlock, MaxBatchSize = maxBatchSize });
        }
        if (BestOf().Match(name) is { Success: true } n)
            return new BestOfN(sampler, Many(n), n.Groups[2].Success ? LikelihoodCriterion.MeanPerToken : LikelihoodCriterion.Sequence);
        return MonteCarlo().Match(name) is { Success: true } s
            ? new SequentialMonteCarlo(model, new() { Alpha = Real(s, 1)!.Value, Particles = Many(s, 2), MaxBatchSize = maxBatchSize })
            : null;
    }

    /// <summary>A number of responses that grow together.</summary>
    private static int Many(Match match, int group = 1)
    {
        int count = Whole(match, group)!.Value;
        return count <= MostTogether ? count : throw new ArgumentException($"{count} responses of one prompt are too many; at most {MostTogether} grow together.");
    }

    private static int? Whole(Match match, int group) =>
        match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    private static double? Real(Match match, int group) =>
        match.Groups[group].Success ? double.Parse(match.Groups[group].ValueSpan, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"^temperature-(\d+(?:\.\d+)?)(?:-top-k-(\d+))?(?:-top-p-(\d+(?:\.\d+)?))?(?:-min-p-(\d+(?:\.\d+)?))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Temperature();

    [GeneratedRegex(@"^beam-(\d+)(?:-penalty-(-?\d+(?:\.\d+)?))?(-early-stopping)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Beam();

    [GeneratedRegex(@"^power-(\d+(?:\.\d+)?)(?:-blocks-(\d+))?(?:-moves-(\d+))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Power();

    [GeneratedRegex(@"^best-of-(\d+)(-mean)?-likelihood\z", RegexOptions.CultureInvariant)]
    private static partial Regex BestOf();

    [GeneratedRegex(@"^smc-(\d+(?:\.\d+)?)-(\d+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex MonteCarlo();
}
