namespace Tilt.HuggingFace.Hub;

/// <summary>
/// A transfer failed for a reason that the user's input did not cause: the network, the hub, the disk. What had arrived is kept,
/// and the same command continues from there. The message is complete sentences; programs show it alone and exit with code 1.
/// </summary>
public sealed class HubException : Exception
{
    /// <summary>Makes an exception with the message to show.</summary>
    public HubException(string message) : base(message)
    {
    }

    /// <summary>Makes an exception with the message to show and its cause.</summary>
    public HubException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Makes an exception without a message.</summary>
    public HubException()
    {
    }
}

/// <summary>A try failed in a way that another one may not: the connection, a time-out, a busy hub.</summary>
/// <param name="message">What happened; the end of a sentence that begins with the file or the address.</param>
/// <param name="cause">The exception behind it.</param>
internal sealed class TransientFailure(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>How long the hub asks to wait; null when it does not say.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>What may help if it goes on like this; a full sentence.</summary>
    public string Remedy { get; init; } = "Run the same command again: it continues where it stopped.";
}
