using Tilt.Results;

namespace Tilt.Reporting.Reports;

/// <summary>A group of evaluations on its way to the page.</summary>
/// <param name="Group">The group.</param>
/// <param name="Id">Prefix of the ids of its sections and drawings.</param>
/// <param name="Colors">Colours of the report.</param>
internal sealed record GroupView(ReportGroup Group, string Id, ReportColors Colors)
{
    /// <summary>The end of a heading: which problems.</summary>
    internal string Problems => $"{Group.Task}, {NumberText.Counted(Group.Problems, $"{Group.Split} problem")}";

    /// <summary>What the first method is called in columns and legends.</summary>
    internal string Start => Group.HasBase ? "base" : "first";

    /// <summary>The colour of a row.</summary>
    internal string ColorOf(ReportMethod method) => Colors.Of(Group, method);
}
