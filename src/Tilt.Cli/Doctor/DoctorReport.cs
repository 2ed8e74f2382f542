using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tilt.RunFolders;

namespace Tilt.Cli.Doctor;

/// <summary>All checks, as text for people and as JSON for programs.</summary>
internal sealed record DoctorReport(IReadOnlyList<DoctorCheck> Checks)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Whether everything that Tilt needs works.</summary>
    public bool IsWell => Checks.All(c => c.Status != CheckStatus.Problem);

    /// <summary>The report for people: one line a check, with its remedy below it.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        foreach (var area in Checks.GroupBy(c => c.Area, StringComparer.Ordinal))
        {
            text.Append(area.Key).Append('\n');
            foreach (DoctorCheck check in area)
            {
                text.Append("  ").Append(Word(check.Status).PadRight(9)).Append(check.Name).Append(": ").Append(check.Text).Append('\n');
                if (check.Remedy is not null) text.Append(' ', 11).Append("→ ").Append(check.Remedy).Append('\n');
            }
        }

        int problems = Checks.Count(c => c.Status == CheckStatus.Problem), warnings = Checks.Count(c => c.Status == CheckStatus.Warning);
        string warned = warnings == 0 ? "" : $" ({warnings} {(warnings == 1 ? "warning" : "warnings")})";
        return text.Append('\n')
            .Append(problems == 0
                ? $"Everything that Tilt needs works{warned}."
                : $"{problems} {(problems == 1 ? "problem" : "problems")} to solve{warned}.").Append('\n').ToString();
    }

    /// <summary>The report for programs.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            ok = IsWell,
            version = RunManifest.Version(),
            checks = Checks.Select(c => new
            {
                area = c.Area,
                name = c.Name,
                status = c.Status.ToString().ToLowerInvariant(),
                text = c.Text,
                remedy = c.Remedy,
                data = c.Data
            }),
        },
        Json);

    private static string Word(CheckStatus status) => status == CheckStatus.Problem ? "PROBLEM" : status.ToString().ToLowerInvariant();
}
