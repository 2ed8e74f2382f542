using Tilt.Results;
using Tilt.Studies.Comparison;
using TestResult = Tilt.Results.TestResult;

namespace Tilt.Studies.Tests.Comparison;

/// <summary>Methods with given accuracies by level, on 64 problems of levels 1 to 4, in which every claim of the paper holds.</summary>
internal sealed class SyntheticEvidence
{
    private const int Problems = 64;
    private readonly Dictionary<string, MethodResult> _methods = [];

    internal SyntheticEvidence()
    {
        Set("base", MethodKind.Base, null, [.8, .5, .3, .2]);
        Set("greedy", MethodKind.Inference, null, [.85, .55, .35, .2]);
        Set("beam-4", MethodKind.Inference, null, [.85, .5, .05, .05]);
        SetRl("task-reward", new(1, 0, 0, "sum"), [.95, .9, .9, .8]);
        SetRl("sharpening", new(0, 1, 0, "sum"), [.6, .1, .05, .05]);
        SetRl("sharpening-fixed-length", new(0, 1, 0, "sum", true), [.7, .4, .3, .2]);
        SetRl("tempered-1", new(0, 0, 1, "sum"), [.8, .5, .3, .2]);
        SetRl("tempered-2", new(0, 1, 1, "sum"), [.6, .1, .05, .05]);
        SetRl("tilted-2-1", new(1, 1, 1, "sum"), [.7, .3, .2, .1]);
        SetRl("tilted-2-4", new(1, .25, .25, "sum"), [.8, .5, .4, .3]);
        SetRl("tilted-2-16", new(1, .0625, .0625, "sum"), [.9, .8, .7, .6]);
        SetRl("tilted-2-100", new(1, .01, .01, "sum"), [.95, .9, .85, .75]);
        foreach (string name in (string[])["sharpening", "tempered-2"])
        {
            Curve(name, [.45, .4, .2], 20, 6);
            Best(name, [.75, .4, .25, .15]);
        }
    }

    internal SyntheticEvidence Accuracy(string name, params double[] levels)
    {
        _methods[name] = _methods[name] with { Test = Result(name, levels) };
        return this;
    }

    internal SyntheticEvidence Best(string name, params double[] levels)
    {
        _methods[name] = _methods[name] with { Best = Result(name + " best", levels) };
        return this;
    }

    internal SyntheticEvidence OneSeedAt(string name, double accuracy)
    {
        MethodResult method = _methods[name];
        _methods[name] = method with { Test = method.Test with { PerSeed = [accuracy, .. method.Test.PerSeed[1..]] } };
        return this;
    }

    internal SyntheticEvidence Curve(string name, double[] accuracies, double firstLength, double lastLength, bool oneSeedOnly = false)
    {
        CurvePoint[] curve = [.. accuracies.Select((a, i) => new CurvePoint
        {
            Step = 10 * i, Accuracy = a, Length = i == 0 ? firstLength : lastLength, Entropy = 1, Kl = 0,
        })];
        _methods[name] = _methods[name] with { CurvePerSeed = oneSeedOnly ? [curve, _methods[name].CurvePerSeed[1]] : [curve, curve] };
        return this;
    }

    internal SyntheticEvidence Without(string name)
    {
        _methods.Remove(name);
        return this;
    }

    internal ClaimResult Judge(string id) => Assert.Single(JudgeAll(), claim => claim.Id == id);

    internal IReadOnlyList<ClaimResult> JudgeAll() =>
        ClaimJudge.Judge(new([.. _methods.Values], [.. Enumerable.Range(0, Problems).Select(Level)], 1));

    private static int Level(int problem) => problem % 4 + 1;

    private void SetRl(string name, ObjectiveWeights objective, double[] levels)
    {
        Set(name, MethodKind.Rl, objective, levels);
        Curve(name, [.4, .5, .6], 20, 20);
        Best(name, levels);
    }

    private void Set(string name, MethodKind kind, ObjectiveWeights? objective, double[] levels) => _methods[name] = new()
    {
        Name = name,
        Kind = kind,
        Objective = objective,
        Seeds = [1, 2],
        Test = Result(name, levels),
        Curve = [],
        TokensGenerated = 0,
        TokensForward = 0,
        UsesGold = objective is { Reward: > 0 },
        Seconds = 0,
    };

    // Problems of a level differ by up to 2 points around its accuracy, by a pattern of each method's own that sums to 0.
    private static TestResult Result(string name, double[] levels)
    {
        int shift = name.Sum(c => c);
        double[] perProblem = [.. Enumerable.Range(0, Problems)
            .Select(p => levels[Level(p) - 1] + 0.02 * Math.Sin(2 * Math.PI * (p / 4 + shift) / 16 * (1 + shift % 7)))];
        return new()
        {
            Accuracy = perProblem.Average(),
            Ci = [0, 1],
            PerSeed = [perProblem.Average(), perProblem.Average()],
            ByLevel = new Dictionary<int, double>(),
            Unparsable = 0,
            PerProblem = perProblem,
        };
    }
}
