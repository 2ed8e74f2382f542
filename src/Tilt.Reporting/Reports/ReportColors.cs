using Tilt.Reporting.Charts;
using Tilt.Results;

namespace Tilt.Reporting.Reports;

/// <summary>Colours: a hue for each family, a shade for each setting of training; runs that differ by the seed alone share one.</summary>
internal sealed class ReportColors
{
    private readonly Dictionary<int, string> _settings = [];

    /// <summary>The colours of a report.</summary>
    internal ReportColors(ReportFigures figures)
    {
        foreach (IGrouping<MethodFamily, ReportRun> family in figures.Runs.GroupBy(run => run.Family))
        {
            int[] settings = [.. family.Select(run => run.Setting).Distinct()];
            for (int i = 0; i < settings.Length; i++) _settings[settings[i]] = Palette.Of(family.Key, i, settings.Length);
        }
    }

    /// <summary>The colour of a run.</summary>
    internal string Of(ReportRun run) => _settings[run.Setting];

    /// <summary>The colour of a method of a group.</summary>
    internal string Of(ReportGroup group, ReportMethod method)
    {
        if (method.Of.Run is { } run) return Of(run);
        ReportMethod[] alike = [.. group.Methods.Where(m => m.Of.Run is null && m.Family == method.Family)];
        return Palette.Of(method.Family ?? MethodFamily.Oracle, Array.IndexOf(alike, method), alike.Length);
    }
}
