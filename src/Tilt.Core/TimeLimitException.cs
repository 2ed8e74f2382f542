namespace Tilt;

/// <summary>The time that a command was given is nearly over: what was done is saved, and the same command continues from there.</summary>
public sealed class TimeLimitException : OperationCanceledException
{
    /// <summary>With the sentence that a user reads.</summary>
    public TimeLimitException(string message)
        : base(message)
    {
    }

    /// <summary>With the sentence that a user reads, and what led to it.</summary>
    public TimeLimitException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Without more to say.</summary>
    public TimeLimitException()
    {
    }
}
