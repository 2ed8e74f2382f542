namespace Tilt.Rollouts;

/// <summary>Why a response ended.</summary>
public enum StopReason
{
    /// <summary>The model produced an end-of-sequence token; it is the last response token.</summary>
    EndOfSequence,

    /// <summary>The response reached the limit of new tokens without an end-of-sequence token (always so in fixed-length mode).</summary>
    Length,
}
