// pass@k, with 95 % intervals, of responses that somebody's model gave: one JSON object a line, with the problem's id, the gold answer
// and the response.
//
//   dotnet run --project examples/PassAtK -- [FILE.jsonl]        (the file beside this program when left out)

using Tilt.Files;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Statistics;

string path = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "responses.jsonl");

// What is wrong in the file is said with its line and key.
List<ScoredResponse> responses = [];
foreach (JsonLine line in JsonLines.Read(path))
    responses.Add(new(new Problem(line.Text("problem"), line.Text("problem"), line.Text("gold")), line.Text("response")));

// The same reward that training uses; another one is another class of Tilt.Rewards.
RewardScore[] scores = await new MathReward().ScoreAsync(responses);
var problems =
    responses.Zip(scores).GroupBy(pair => pair.First.Problem.Id, pair => pair.Second.Value == 1, StringComparer.Ordinal).ToList();
int fewest = problems.Min(problem => problem.Count());
Console.WriteLine($"{responses.Count} responses to {problems.Count} problems, at least {fewest} "
    + $"each; {scores.Count(s => s.Outcome == RewardOutcome.Unparsable)} without an answer");

// Problems, not responses, are the unit: the estimate of each problem is unbiased, the interval is that of their mean.
for (int k = 1; k <= fewest; k *= 2)
{
    double[] perProblem = [.. problems.Select(problem => PassAtK.Of(problem.Count(), problem.Count(right => right), k))];
    Interval interval =
        Intervals.OfAccuracy(perProblem, new RandomStream(Seed: 1, RandomDomain.Statistics, Step: 0, Problem: 0, Sample: (uint)k));
    Console.WriteLine($"pass@{k}: {100 * perProblem.Average():F1} % ({100 * interval.Low:F1}–{100 * interval.High:F1})");
}
