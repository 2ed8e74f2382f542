using Tilt.Objectives;

namespace Tilt.Exact.Theory;

/// <summary>The gradient flows of sharpening and of the task reward from the base model, in the logits and natural.</summary>
internal static class FlowStudy
{
    private const double FirstTime = 0.01, LastTime = 1e5, Arrived = 0.999;
    private const int PointsPerDecade = 20;

    public static IEnumerable<FlowSeries> Run(ExactProblem problem, Func<ResponseLaw, LawSummary> describe,
        CancellationToken cancellationToken)
    {
        foreach ((string name, Objective objective) in ((string, Objective)[])[("sharpening", Objective.Sharpening()),
            ("task-reward", Objective.TaskReward)])
        {
            var exact = new ExactObjective(problem, objective);
            var target = new ExactTarget(problem, objective);
            yield return Follow("logits", GradientFlow.Run(exact, TabularPolicy.Base(problem.Space), Times()).Select(policy => policy.Law));
            yield return Follow("natural", Times().Select(time => NaturalGradientFlow.At(exact, problem.Base, time)));

            FlowSeries Follow(string geometry, IEnumerable<ResponseLaw> laws)
            {
                var points = new List<SweepPoint>();
                double mass = 0;
                foreach ((double time, ResponseLaw law) in Times().Zip(laws))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    points.Add(new SweepPoint(time, describe(law)));
                    mass = law.Mass(target.OptimalSet);
                    if (mass >= Arrived) break;
                }
                return new(name, geometry, points, mass, describe(target.Law));
            }
        }
    }

    private static IEnumerable<double> Times()
    {
        int last = (int)Math.Round(PointsPerDecade * Math.Log10(LastTime / FirstTime));
        return Enumerable.Range(0, last + 1).Select(i => FirstTime * Math.Pow(10, (double)i / PointsPerDecade)).Prepend(0);
    }
}
