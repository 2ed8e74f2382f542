using System.Diagnostics;
using Tilt.Exact;
using Tilt.Objectives;
using Tilt.Rollouts;

namespace Tilt.Benchmarks;

/// <summary>Enumeration of about a million responses of random tables: the space, and the target of an objective on it.</summary>
internal static class EnumerationBenchmark
{
    /// <summary>Times wide and deep spaces, each table drawn anew.</summary>
    public static void Run(int repeats)
    {
        foreach ((int vocabulary, int limit, bool fixedLength) in new[] { (11, 6, false), (3, 19, false), (10, 6, true), (2, 20, true) })
        {
            double[] space = new double[repeats], target = new double[repeats];
            int count = 0;
            for (int repeat = 0; repeat < repeats; repeat++)
            {
                var model = TabularLanguageModel.Random(new RandomStream((uint)repeat, RandomDomain.Initialization, 0, 0, 0), vocabulary,
                    [vocabulary - 1], 64);
                long start = Stopwatch.GetTimestamp();
                ResponseSpace responses = ResponseSpace.Enumerate(model, [0], limit, fixedLength);
                space[repeat] = Stopwatch.GetElapsedTime(start).TotalSeconds;
                var problem = new ExactProblem(responses, new double[responses.Count]);
                problem.Describe(new ExactTarget(problem, Objective.Tempered(2)).Law);
                target[repeat] = Stopwatch.GetElapsedTime(start).TotalSeconds;
                count = responses.Count;
            }
            Array.Sort(space);
            Array.Sort(target);
            Console.WriteLine($"{count:N0} responses ({vocabulary} tokens, {(fixedLength ? "exactly" : "at most")} {limit}): enumeration "
                + $"median {space[repeats / 2]:F2} s of {repeats}, slowest {space[^1]:F2} s; with the target p² and its "
                + $"figures {target[repeats / 2]:F2} s");
        }
    }
}
