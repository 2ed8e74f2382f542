using System.Globalization;
using Tilt.Configuration;
using Tilt.Objectives;
using Tilt.Settings;

namespace Tilt.Exact.Theory;

/// <summary>Computes <see cref="TheoryResults"/> by enumeration.</summary>
/// <param name="configuration">The problem; must be valid.</param>
public sealed class TheoryStudy(TheoryConfiguration configuration)
{
    private const int TopResponses = 8, AlphaSteps = 40;

    private static readonly double[] Reliances = [0, 2, 4, 8];
    // From 1/4 to 32 in quarters of an octave.
    private static readonly double[] RelianceGrid =
        [0, .. Enumerable.Range(-8, 29).Select(quarter => Math.Round(Math.Pow(2, quarter / 4.0), 6))];
    private static readonly double[] Exponents = [0.5, 1, 2];

    private readonly StepwiseProblem _table = new(configuration);

    /// <summary>Enumerates the problem and computes everything.</summary>
    /// <param name="progress">Told what is being computed.</param>
    /// <param name="cancellationToken">Stops between parts and along the flows.</param>
    public TheoryResults Run(IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        progress?.Report("enumerating the responses");
        Subject subject = Enumerate(configuration.FixedLength);
        ExactProblem problem = subject.Problem;
        progress?.Report("computing optima and targets");
        double[] alphas = Alphas();
        double[] exponents = [.. Exponents.Append(configuration.AlphaMost).Distinct().Where(alpha => alpha <= configuration.AlphaMost)];
        OptimumRow[] optima = [.. Optima(subject)];
        cancellationToken.ThrowIfCancellationRequested();
        SweepSeries[] byAlpha = [.. Reliances.Select(
            reliance => new SweepSeries(reliance, [.. alphas.Select(alpha => new SweepPoint(alpha, Target(subject, alpha, reliance)))]))];
        SweepSeries[] byReliance =
            [.. exponents.Select(alpha =>
                new SweepSeries(alpha, [.. RelianceGrid.Select(reliance => new SweepPoint(reliance, Target(subject, alpha, reliance)))]))];
        TemperatureRow[] temperatures = [.. alphas.Where(alpha => alpha > 0).Select(alpha => Temperature(subject, alpha))];
        NormalizationSeries[] normalizations =
            [.. Enum.GetValues<LengthNormalization>().Select(normalization => Normalization(subject, normalization, alphas))];
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report("following the gradient flows");
        FlowSeries[] flows = [.. FlowStudy.Run(problem, subject.Describe, cancellationToken)];
        progress?.Report("comparing with the other mode of length");
        OtherLengthSeries? other = OtherLength(alphas);
        int[] order = [.. Enumerable.Range(0, problem.Space.Count).OrderByDescending(i => problem.Base.LogProbabilities[i])];
        return new TheoryResults(
            configuration, problem.Space.Count, problem.Rewards.Count(reward => reward > 0), subject.Describe(problem.Base),
            [.. order.Take(TopResponses).Select(subject.Row)],
            order.Where(i => problem.Rewards[i] > 0).Select(subject.Row).FirstOrDefault(),
            [.. ByLength(subject)], optima, byAlpha, byReliance, temperatures, normalizations, flows, other);
    }

    private Subject Enumerate(bool fixedLength)
    {
        ExactProblem problem = _table.Enumerate(fixedLength);
        return new Subject(problem, _table,
            [.. Enumerable.Range(0, problem.Space.Count).Select(i => (double)StepwiseProblem.AnswerLength(problem.Space.ResponseIds(i)))]);
    }

    // From 0 in even steps, with 1, the base model itself, always among them.
    private double[] Alphas() =>
        [.. Enumerable.Range(0, AlphaSteps + 1).Select(i => Math.Round(configuration.AlphaMost * i / AlphaSteps, 6)).Append(1).Distinct()
            .Order()];

    private static LawSummary Target(Subject subject, double alpha, double reliance) =>
        subject.Describe(new ExactTarget(subject.Problem,
            reliance == 0 ? Objective.Tempered(alpha) : Objective.Tilted(alpha, reliance)).Law);

    private static IEnumerable<OptimumRow> Optima(Subject subject)
    {
        yield return Row("base", "p", Objective.Tempered(1));
        yield return Row("task-reward", "p on the right responses", Objective.TaskReward);
        yield return Row("sharpening", "the mode of p", Objective.Sharpening());
        foreach (double alpha in (double[])[0.5, 1.25, 2, 4])
            yield return Row(Invariant($"tempered-{alpha}"), Invariant($"p^{alpha}"), Objective.Tempered(alpha));
        foreach ((double alpha, double reliance) in ((double, double)[])[(1, 4), (2, 4), (2, 100)])
            yield return Row(Invariant($"tilted-{alpha}-{reliance}"), Invariant($"p^{alpha}·exp({reliance}·r)"),
                Objective.Tilted(alpha, reliance));
        yield return Row("reward-plus-likelihood-2-4", "a mode of p^2·exp(4·r)", Objective.RewardPlusLikelihood(2, 4));

        OptimumRow Row(string name, string formula, Objective objective)
        {
            var target = new ExactTarget(subject.Problem, objective);
            return new(name, formula, target.LogNormalizer, target.OptimalSet.Count(member => member), subject.Describe(target.Law));
        }
    }

    private static TemperatureRow Temperature(Subject subject, double alpha)
    {
        ResponseLaw power = new ExactTarget(subject.Problem, Objective.Tempered(alpha)).Law;
        ResponseLaw tokenByToken = TabularPolicy.Base(subject.Problem.Space).Tempered(1 / alpha).Law;
        return new(alpha, subject.Describe(power), subject.Describe(tokenByToken), power.TotalVariation(tokenByToken));
    }

    private static NormalizationSeries Normalization(Subject subject, LengthNormalization normalization, double[] alphas)
    {
        var sharpest = new ExactTarget(subject.Problem, Objective.Sharpening(1, normalization));
        return new(
            ConfigurationName.OfEnum(normalization),
            [.. alphas.Select(alpha =>
                new SweepPoint(alpha, subject.Describe(new ExactTarget(subject.Problem, Objective.Tempered(alpha, normalization)).Law)))],
            subject.Row(sharpest.Law.Mode));
    }

    private static IEnumerable<LengthRow> ByLength(Subject subject)
    {
        ExactProblem problem = subject.Problem;
        foreach (IGrouping<double, int> group in Enumerable.Range(0, problem.Space.Count).GroupBy(i => subject.AnswerLengths[i])
            .OrderBy(group => group.Key))
        {
            double right = group.Sum(i => problem.Rewards[i] * problem.Base.Probabilities[i]),
                all = group.Sum(i => problem.Base.Probabilities[i]);
            yield return new((int)group.Key, group.Count(), right, Math.Max(0, all - right),
                group.Max(i => problem.Base.LogProbabilities[i]));
        }
    }

    private OtherLengthSeries? OtherLength(double[] alphas)
    {
        if (configuration.ResponseCount(!configuration.FixedLength) > TheoryConfiguration.MostResponses) return null;
        Subject other = Enumerate(!configuration.FixedLength);
        return new(other.Problem.Space.Count, other.Row(other.Problem.Base.Mode),
            [.. alphas.Select(alpha => new SweepPoint(alpha, Target(other, alpha, 0)))]);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A problem with the lengths that answers are evaluated at: up to the first end.</summary>
    private sealed record Subject(ExactProblem Problem, StepwiseProblem Table, double[] AnswerLengths)
    {
        public LawSummary Describe(ResponseLaw law) => Problem.Describe(law) with { Length = law.Expectation(AnswerLengths) };

        public ResponseRow Row(int response)
        {
            int[] ids = Problem.Space.ResponseIds(response);
            return new(Table.Text(ids), StepwiseProblem.AnswerLength(ids), Problem.Base.Probabilities[response],
                Problem.Rewards[response] > 0);
        }
    }
}
