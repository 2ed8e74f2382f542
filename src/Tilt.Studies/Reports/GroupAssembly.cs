using Tilt.Results;
using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.Studies.Reports;

/// <summary>Evaluations side by side: one group for each task and set of problems, with differences to its first evaluation.</summary>
internal static class GroupAssembly
{
    /// <summary>
    /// The groups, in the order of their first evaluations. In each, the first evaluation of a model without training by Tilt is put first;
    /// where there is none, the first one stays.
    /// </summary>
    /// <exception cref="InputException">Samples of an evaluation are damaged.</exception>
    public static IReadOnlyList<ReportGroup> Of(IReadOnlyList<ReportEvaluation> evaluations) =>
        [.. evaluations.GroupBy(e => (e.Results.Task, Problems: string.Join('\n', e.Results.Problems.Order(StringComparer.Ordinal))))
            .Select(group => Group([.. group]))];

    private static ReportGroup Group(ReportEvaluation[] evaluations)
    {
        ReportEvaluation first = evaluations.FirstOrDefault(e => !e.IsTrained) ?? evaluations[0];
        ReportEvaluation[] ordered = [first, .. evaluations.Where(e => e != first)];
        var group = new ReportGroup
        {
            Task = first.Results.Task,
            Split = first.Results.Split,
            Problems = first.Results.Problems.Count,
            HasBase = !first.IsTrained,
            Evaluations = ordered,
            Methods = [.. ordered.SelectMany(of => of.Results.Methods.Select(figures => Method(first, of, figures)))],
        };
        group = group with { Samples = ReportSamples.Of(group) };
        return group with { Conclusions = [.. GroupConclusions.Of(group)] };
    }

    private static ReportMethod Method(ReportEvaluation first, ReportEvaluation of, MethodEvaluation figures)
    {
        MethodEvaluation start = first.Results.Methods[0];
        MethodEvaluation? same = of == first || figures.Name == start.Name
            ? null
            : first.Results.Methods.FirstOrDefault(m => m.Name == figures.Name);
        return new(of, figures)
        {
            Family = FamilyOf(first, of, figures),
            VersusBase = of == first && figures == start ? null : Difference(of, figures.PerProblem, first, start.PerProblem),
            VersusSame = same is null ? null : Difference(of, figures.PerProblem, first, same.PerProblem),
        };
    }

    private static MethodFamily? FamilyOf(ReportEvaluation first, ReportEvaluation of, MethodEvaluation figures)
    {
        if (of.IsTrained) return of.Run?.Family;
        if (of.Results.Model != first.Results.Model) return null;
        if (figures.Name == first.Results.Methods[0].Name) return MethodFamily.Base;
        return figures.UsesGold ? MethodFamily.Oracle : MethodFamily.Inference;
    }

    /// <summary>Difference of two rows of figures on the same problems, which may stand in another order.</summary>
    internal static PairedDifference Difference(ReportEvaluation of, IReadOnlyList<double> ours, ReportEvaluation with,
        IReadOnlyList<double> theirs)
    {
        Dictionary<string, int> place =
            with.Results.Problems.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i, StringComparer.Ordinal);
        return PairedComparison.Of(ours, [.. of.Results.Problems.Select(id => theirs[place[id]])],
            new RandomStream(of.Results.Seed, RandomDomain.Statistics, 2, 0, 0));
    }
}
