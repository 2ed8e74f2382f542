namespace Tilt.Inference.Methods.Responses;

/// <summary>What the acceptance rule needs to know of a response from position m on.</summary>
/// <param name="LogProbability">log p of the tokens from m to the end, nats.</param>
/// <param name="ProposalLogProbability">log q of the same tokens, nats.</param>
/// <param name="Length">T, the tokens of the whole response, the end-of-sequence token included.</param>
public readonly record struct ResponseSuffix(double LogProbability, double ProposalLogProbability, int Length);
