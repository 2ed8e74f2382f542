using Tilt.Exact;
using Tilt.Objectives;
using Tilt.Rollouts;

namespace Tilt.Core.Tests.Exact;

/// <summary>Problems of fifteen responses, with every response possible.</summary>
internal static class SmallProblems
{
    public const int EndOfSequence = 2;

    /// <summary>Random conditionals; right is what has an odd number of tokens 1.</summary>
    public static ExactProblem Random(uint seed = 3, int limit = 3, double spread = 1)
    {
        var stream = new RandomStream(seed, RandomDomain.Initialization, 0, 0, 0);
        var model = TabularLanguageModel.Random(stream, 3, [EndOfSequence], 16, spread);
        return ExactProblem.Create(ResponseSpace.Enumerate(model, [0], limit), ids => ids.Count(id => id == 1) % 2);
    }

    /// <summary>Every regime with every length normalisation.</summary>
    public static IEnumerable<Objective> Objectives =>
    [
        Objective.TaskReward,
        .. from normalization in Enum.GetValues<LengthNormalization>()
           from objective in (Objective[])
           [
               Objective.Sharpening(1, normalization), Objective.Tempered(0.5, normalization), Objective.Tempered(2, normalization),
               Objective.Tilted(1.5, 4, normalization), Objective.RewardPlusLikelihood(2, 4, normalization),
           ]
           select objective,
    ];

    /// <summary>The policy half way from the base model to another law on the geometric path.</summary>
    public static TabularPolicy HalfWay(ExactProblem problem, ResponseLaw law)
    {
        double[] log =
            [.. Enumerable.Range(0, problem.Space.Count).Select(i => (problem.Base.LogProbabilities[i] + law.LogProbabilities[i]) / 2)];
        return TabularPolicy.Of(problem.Space, ResponseLaw.Normalized(log, out _));
    }

    public static double Norm(IEnumerable<double> vector) => Math.Sqrt(vector.Sum(v => v * v));

    public static double Distance(IEnumerable<double> a, IEnumerable<double> b) => Norm(a.Zip(b, (x, y) => x - y));

    /// <summary>The factor c for which c·wanted is nearest to a vector, and what remains, as a share of c·wanted.</summary>
    public static (double Scale, double Residual) Fit(double[] vector, double[] wanted)
    {
        double scale = vector.Zip(wanted, (x, y) => x * y).Sum() / wanted.Sum(v => v * v);
        return (scale, Distance(vector, wanted.Select(v => scale * v)) / Norm(wanted.Select(v => scale * v)));
    }
}
