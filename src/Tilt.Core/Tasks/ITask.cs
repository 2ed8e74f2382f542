using Tilt.Rewards;
using Tilt.Rollouts;

namespace Tilt.Tasks;

/// <summary>
/// What a model is trained and evaluated on: problems, how each becomes a prompt, and the reward that judges responses. A task of
/// one's own is one class (docs/extending.md). Nothing a task returns depends on anything but its arguments and its data.
/// </summary>
public interface ITask
{
    /// <summary>Name in configurations, records and reports.</summary>
    string Name { get; }

    /// <summary>What a user should know of the problems: what was left out and why, a sentence each.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>r(x, y) where the configuration names no other reward.</summary>
    IReward Reward { get; }

    /// <summary>The problems of one training step.</summary>
    /// <param name="step">Optimiser steps done, from 0.</param>
    /// <param name="count">Number of problems.</param>
    /// <param name="seed">The run's seed.</param>
    /// <exception cref="InputException">The task cannot give that many problems.</exception>
    IReadOnlyList<Problem> TrainingProblems(int step, int count, uint seed);

    /// <summary>The first problems of a split that is never trained on: always the same.</summary>
    /// <param name="split">Selection or test.</param>
    /// <param name="count">Number of problems.</param>
    /// <exception cref="InputException">The task cannot give that many problems.</exception>
    IReadOnlyList<Problem> HeldOutProblems(HeldOutSplit split, int count);

    /// <summary>Token ids of a problem's prompt, <c>[prompt]</c>, with everything that the model expects before a response.</summary>
    int[] Prompt(Problem problem);
}

/// <summary>Problems that are never trained on.</summary>
public enum HeldOutSplit
{
    /// <summary>For choosing: checkpoints, learning rates, when to stop.</summary>
    Selection,

    /// <summary>For final figures alone.</summary>
    Test,
}
