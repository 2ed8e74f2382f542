namespace Tilt.Inference.Methods.Contracts;

/// <summary>The reward r(x, y) of responses, in order; finite numbers.</summary>
/// <param name="responses">Responses with the problems they belong to.</param>
/// <param name="cancellationToken">Cancels rewards that wait for a service.</param>
public delegate ValueTask<double[]> ResponseReward(IReadOnlyList<CandidateResponse> responses, CancellationToken cancellationToken);
