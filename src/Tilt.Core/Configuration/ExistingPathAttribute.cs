namespace Tilt.Configuration;

/// <summary>
/// A path that must exist. A relative one is looked for beside the configuration file, then in the working directory, then
/// beside the program; the record holds the full path that was found.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExistingPathAttribute : Attribute
{
    /// <summary>
    /// What is not there but could be the name of a repository or of a data set is left as it is written: whoever uses it looks there.
    /// </summary>
    public bool OrName { get; set; }
}

/// <summary>A key whose value may change when an interrupted run is resumed, because the steps already done do not depend on it.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ChangeableOnResumeAttribute : Attribute;
