using System.ComponentModel;

namespace Tilt.Tasks.Data;

/// <summary>
/// The columns of a data file that hold what a problem is made of. A column that is not named is looked for under its usual name.
/// </summary>
public sealed record ProblemFields
{
    /// <summary>Column of the problem's text.</summary>
    [Description("Column of the problem's text; null takes 'problem'. A dot leads into an object.")]
    public string? Problem { get; init; }

    /// <summary>Column of the gold answer.</summary>
    [Description("Column of the gold answer; null takes 'answer'.")]
    public string? Answer { get; init; }

    /// <summary>Column of a worked solution.</summary>
    [Description("Column of a worked solution; null takes 'solution' where there is one.")]
    public string? Solution { get; init; }

    /// <summary>Column of the difficulty.</summary>
    [Description("Column of the difficulty, a whole number or a text such as 'Level 3'; null takes 'level' where there is one.")]
    public string? Level { get; init; }

    /// <summary>Column of the subject.</summary>
    [Description("Column of the subject; null takes 'subject' where there is one.")]
    public string? Subject { get; init; }

    /// <summary>Column of the id.</summary>
    [Description("Column of an id, different for every problem; null takes 'id' where there is one, else the row's number.")]
    public string? Id { get; init; }

    /// <summary>These columns, and where none is named those of <paramref name="others"/> that a row has.</summary>
    /// <param name="others">The usual columns of a known data set.</param>
    /// <param name="row">A row of the file.</param>
    public ProblemFields Or(ProblemFields others, DataRow row)
    {
        string? There(string? column) => column is not null && row.HasColumn(column) ? column : null;
        return new()
        {
            Problem = Problem ?? There(others.Problem),
            Answer = Answer ?? There(others.Answer),
            Solution = Solution ?? There(others.Solution),
            Level = Level ?? There(others.Level),
            Subject = Subject ?? There(others.Subject),
            Id = Id ?? There(others.Id),
        };
    }
}
