using Tilt.Rollouts;
using Tilt.RunFolders;
using Tilt.Training.Evaluation;
using Tilt.Training.Monitor;

namespace Tilt.Training.Records;

/// <summary>Writes metrics, timings and samples of a training run to its folder.</summary>
public sealed class TrainingLog
{
    private const int SamplesPerStep = 4;

    private readonly RunFolder _folder;
    private readonly ITokenizer _tokenizer;
    private readonly TensorBoardEvents _events;

    /// <summary>A log in <paramref name="folder"/>.</summary>
    public TrainingLog(RunFolder folder, ITokenizer tokenizer)
    {
        _folder = folder;
        _tokenizer = tokenizer;
        _events = new(Path.Combine(folder.Path, "tensorboard"));
    }

    /// <summary>Writes a step's metrics, and the first response to each of its first problems.</summary>
    /// <param name="step">Optimiser steps done.</param>
    /// <param name="figures">The step's figures; null for the evaluation before training.</param>
    /// <param name="evaluation">Those of the evaluation after it, or null.</param>
    /// <param name="outcome">What the step made; null for the evaluation before training.</param>
    /// <param name="findings">What the monitor found.</param>
    public void Step(int step, StepFigures? figures, EvaluationFigures? evaluation, StepOutcome? outcome,
        IReadOnlyList<Finding> findings)
    {
        var metrics =
            (figures?.Named() ?? []).Concat(evaluation?.Named() ?? []).Concat(findings.Select(f => (Name: "monitor/" + f.Name, Value: 1.0)))
                .ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal);
        var line = new SortedDictionary<string, object>(StringComparer.Ordinal) { ["step"] = step };
        foreach (var (name, value) in metrics) line[name] = value;
        _folder.Append("metrics.jsonl", line);
        _events.Append(step, metrics);
        foreach (Finding finding in findings)
            _folder.Append("findings.jsonl", new { step, name = finding.Name, sentence = finding.Sentence, stops = finding.Stops });
        if (outcome is null) return;
        for (int g = 0; g < Math.Min(SamplesPerStep, outcome.Groups.Count); g++)
        {
            var (problem, completion, score) = (outcome.Groups[g].Problem, outcome.Groups[g].Completions[0], outcome.Scores[g][0]);
            _folder.Append("samples.jsonl", new
            {
                step,
                problem = problem.Id,
                text = problem.Text,
                gold = problem.Answer,
                response = _tokenizer.Decode(completion.ResponseIds),
                answer = score.Answer,
                outcome = score.Outcome.ToString(),
                reward = score.Value,
                shaped_reward = outcome.ShapedRewards[g][0],
                advantage = outcome.Advantages[g][0],
                log_probability = outcome.Likelihoods.Policy[g][0],
                reference_log_probability = outcome.Likelihoods.Reference?[g][0],
                length = completion.Length,
            });
        }
    }

    /// <summary>Writes where a step's seconds went.</summary>
    public void Timings(int step, IReadOnlyDictionary<string, double> seconds)
    {
        var line = new SortedDictionary<string, object>(StringComparer.Ordinal) { ["step"] = step };
        foreach (var (name, value) in seconds) line[name] = Math.Round(value, 6);
        _folder.Append("timings.jsonl", line);
    }

    /// <summary>Drops everything logged after <paramref name="step"/>: a resumed run writes it again, the same.</summary>
    public void TruncateAfter(int step)
    {
        _events.TruncateAfter(step);
        foreach (string file in (string[])["metrics.jsonl", "timings.jsonl", "samples.jsonl", "findings.jsonl"])
            _folder.TruncateAfter(file, step);
    }
}
