using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Contracts;

/// <summary>A response that a method asks about: what it is worth, or which answer it gives.</summary>
/// <param name="Problem">Index of the problem, as in <see cref="InferenceRequest"/>.</param>
/// <param name="Completion">The response.</param>
public readonly record struct CandidateResponse(uint Problem, Completion Completion);
