using Tilt.Results;
using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.Studies.Evaluation;

/// <summary>Compares two evaluations of the same problems, method by method.</summary>
public static class EvaluationPairing
{
    /// <summary>
    /// The first evaluation with the difference of every method to the same one of the other; a single method is compared with a single one
    /// whatever they are called.
    /// </summary>
    /// <exception cref="InputException">The problems differ, or no method is in both.</exception>
    public static EvaluationResults With(EvaluationResults ours, EvaluationResults theirs)
    {
        ArgumentNullException.ThrowIfNull(ours);
        ArgumentNullException.ThrowIfNull(theirs);
        string[] shared = [.. ours.Problems.Intersect(theirs.Problems, StringComparer.Ordinal)];
        if (shared.Length != ours.Problems.Count || shared.Length != theirs.Problems.Count)
            throw new InputException($"The two evaluations share {shared.Length} problems, of {ours.Problems.Count} here "
                + $"and {theirs.Problems.Count} there; a paired comparison needs the same ones. Evaluate both on the same task, split and "
                + $"number of problems.");
        int[] order = [.. ours.Problems.Select(id => theirs.Problems.ToList().IndexOf(id))];
        bool single = ours.Methods.Count == 1 && theirs.Methods.Count == 1;
        MethodEvaluation[] methods = [.. ours.Methods.Select(method =>
        {
            MethodEvaluation? other = single ? theirs.Methods[0] : theirs.Methods.FirstOrDefault(m => m.Name == method.Name);
            return other is null
                ? method
                : method with
                {
                    VersusOther = PairedComparison.Of(method.PerProblem, [.. order.Select(p => other.PerProblem[p])],
                        new RandomStream(ours.Seed, RandomDomain.Statistics, 2, 0, 0))
                };
        })];
        if (methods.All(method => method.VersusOther is null))
            throw new InputException($"The two evaluations have no method in common: "
                + $"here {string.Join(", ", ours.Methods.Select(m => m.Name))}, "
                + $"there {string.Join(", ", theirs.Methods.Select(m => m.Name))}.");
        return ours with { Methods = methods };
    }
}
