namespace Tilt.Rollouts;

/// <summary>A problem's prompt and the G responses drawn for it: the unit of a leave-one-out baseline.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Completions">The responses, in sample order.</param>
/// <param name="WeightsVersion">Version of the weights that they were drawn from: optimiser steps done.</param>
public sealed record PromptGroup(Problem Problem, IReadOnlyList<Completion> Completions, long WeightsVersion = 0);
