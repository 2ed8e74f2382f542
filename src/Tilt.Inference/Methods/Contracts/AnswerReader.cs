namespace Tilt.Inference.Methods.Contracts;

/// <summary>
/// Reads the answers of responses in canonical form, in order; null where a response has no readable answer. Gold answers must
/// play no part.
/// </summary>
/// <param name="responses">Responses with the problems they belong to.</param>
/// <param name="cancellationToken">Cancels readers that wait for a service.</param>
public delegate ValueTask<string?[]> AnswerReader(IReadOnlyList<CandidateResponse> responses, CancellationToken cancellationToken);
