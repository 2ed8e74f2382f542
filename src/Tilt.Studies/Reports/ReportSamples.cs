using Tilt.Results;
using Tilt.Studies.Evaluation;

namespace Tilt.Studies.Reports;

/// <summary>First responses to a few problems, of every model of a group once.</summary>
internal static class ReportSamples
{
    private const int Shown = 6;

    /// <summary>
    /// The samples: problems in the middles of as many equal parts of the list, which nobody chose; for each model, or each setting of
    /// training, the first evaluation that kept its responses, by its first method.
    /// </summary>
    /// <exception cref="InputException">A file is damaged.</exception>
    public static IReadOnlyList<ReportProblem> Of(ReportGroup group)
    {
        IReadOnlyList<string> all = group.Evaluations[0].Results.Problems;
        int count = Math.Min(Shown, all.Count);
        string[] chosen = [.. Enumerable.Range(0, count).Select(i => all[(int)((2L * i + 1) * all.Count / (2 * count))])];
        var texts = new Dictionary<string, (string Text, string Answer)>(StringComparer.Ordinal);
        var responses = chosen.ToDictionary(id => id, _ => new List<ReportResponse>(), StringComparer.Ordinal);
        var models = new HashSet<string>(StringComparer.Ordinal);
        foreach (ReportEvaluation evaluation in group.Evaluations)
        {
            var (results, method) = (evaluation.Results, evaluation.Results.Methods[0]);
            string model = evaluation.Run is { } run ? $"setting {run.Setting}" : $"{results.Model}\n{results.Adapter}";
            if (models.Contains(model)) continue;
            var firsts = new Dictionary<string, EvaluatedOutput>(StringComparer.Ordinal);
            foreach (EvaluatedOutput output in SampleFile.Read(evaluation.Folder, method.Name).Where(o => responses.ContainsKey(o.Problem)))
                firsts.TryAdd(output.Problem, output);
            if (firsts.Count == 0) continue;
            models.Add(model);
            foreach ((string id, (string Text, string Answer) problem) in ProblemFile.Read(evaluation.Folder)) texts.TryAdd(id, problem);
            foreach (string id in chosen.Where(firsts.ContainsKey))
                responses[id].Add(Response($"{evaluation.Label}, {method.Name}", firsts[id]));
        }

        return [.. chosen.Where(id => responses[id].Count > 0).Select(id => texts.TryGetValue(id, out var problem)
            ? new ReportProblem(id, problem.Text, problem.Answer, responses[id])
            : new ReportProblem(id, null, null, responses[id]))];
    }

    private static ReportResponse Response(string method, EvaluatedOutput output) =>
        new(method, output.Response, output.Answer, EvaluationStatistics.NameOf(output.Outcome), output.Tokens);
}
