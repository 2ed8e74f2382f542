namespace Tilt.Configuration;

/// <summary>A configuration record with rules that span several of its keys.</summary>
public interface IValidatable
{
    /// <summary>
    /// Every broken rule, with the reason. Called only when each key by itself is right (type, range, enum value).
    /// </summary>
    IEnumerable<ConfigurationProblem> Validate();
}

/// <summary>A broken rule of a configuration record.</summary>
/// <param name="Property">Name of the record's property at fault (<c>nameof</c>); shown as its key.</param>
/// <param name="Message">The rest of a sentence that starts with the key, such as "has no effect in this regime; leave it out.".</param>
public sealed record ConfigurationProblem(string Property, string Message);
