using System.Text.Json;

namespace Tilt.Results;

/// <summary>Rules of the schema that types alone do not state.</summary>
internal static class ResultsValidation
{
    private static readonly string[] Verdicts = ["supported", "not supported", "undecided"];
    private static readonly string[] SampleVerdicts = ["correct", "incorrect", "unparsable"];

    /// <summary>Throws a <see cref="JsonException"/> whose message names the method or claim that breaks a rule.</summary>
    internal static void Check(ComparisonResults results)
    {
        if (results.Version != ResultsFile.Version)
            throw new JsonException($"\"version\" is {results.Version}; this program reads version {ResultsFile.Version}.");
        foreach (MethodResult method in results.Methods)
            Check(method);
        if (results.Methods.GroupBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new JsonException($"Two methods are named \"{twice.Key}\".");
        foreach (ClaimResult claim in results.Claims)
            if (!Verdicts.Contains(claim.Verdict))
                throw new JsonException(
                    $"Claim \"{claim.Id}\" has verdict \"{claim.Verdict}\"; allowed are {string.Join(", ", Verdicts)}.");
        foreach (SampleResponse response in results.Samples.SelectMany(s => s.Responses))
            if (!SampleVerdicts.Contains(response.Verdict))
                throw new JsonException($"A sample of \"{response.Method}\" has verdict \"{response.Verdict}\"; allowed "
                    + $"are {string.Join(", ", SampleVerdicts)}.");
    }

    private static void Check(MethodResult method)
    {
        if (!Enum.IsDefined(method.Kind))
            throw new JsonException($"Method \"{method.Name}\" has an unknown kind; allowed are base, inference, rl.");
        if (method.Kind == MethodKind.Rl && method.Objective is null)
            throw new JsonException($"Method \"{method.Name}\" is of kind rl and has no objective.");
        CheckInterval(method.Name, "test.ci", method.Test.Ci);
        if (method.Test.VersusBase is { } difference)
            CheckInterval(method.Name, "test.versus_base.ci", difference.Ci);
        if (method.Best is { } best)
            CheckInterval(method.Name, "best.ci", best.Ci);
        if (method.Best?.VersusBase is { } bestDifference)
            CheckInterval(method.Name, "best.versus_base.ci", bestDifference.Ci);
    }

    private static void CheckInterval(string method, string key, double[] interval)
    {
        if (interval.Length != 2)
            throw new JsonException($"Method \"{method}\": {key} has {interval.Length} numbers; an interval is [low, high].");
    }
}
