namespace Tilt;

/// <summary>
/// The user's input is wrong: a file, an option, a configuration, a checkpoint. The message is a full sentence that says what
/// was wrong, where, and what to do; programs show it alone and exit with code 2.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Makes an exception with the message to show.</summary>
    public InputException(string message) : base(message)
    {
    }

    /// <summary>Makes an exception with the message to show and its cause.</summary>
    public InputException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Makes an exception without a message.</summary>
    public InputException()
    {
    }
}
