using System.Globalization;
using System.Text;

namespace Tilt.Training.Estimates;

/// <summary>An estimate as comment lines behind a configuration.</summary>
public static class EstimateText
{
    /// <summary>The lines, with a line feed at the end of each.</summary>
    /// <param name="estimate">The estimate.</param>
    /// <param name="rate">Floating-point operations a second that products reach here.</param>
    public static string Of(TrainingEstimate estimate, double rate)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        var text = new StringBuilder();
        string trained = estimate.TrainedParameters == estimate.Parameters ? "all" : Number(estimate.TrainedParameters);
        Line($"estimate: {Number(estimate.Parameters)} parameters, {trained} trained.");
        Line($"memory: about {estimate.MemoryBytes / 1e6:N0} MB beside libtorch itself");
        foreach (EstimatedPart part in estimate.Memory) Line($"  {part.Amount / 1e6,9:N0} MB  {part.Name}: {part.Formula}");
        double seconds = estimate.FlopsPerStep / rate;
        Line($"work: at most {estimate.FlopsPerStep / 1e9:N0} GFLOP a step, {seconds:N1} s at {rate / 1e9:N0} GFLOP/s, measured here;");
        Line($"  {estimate.Steps:N0} steps take at most {Time(seconds * estimate.Steps)} beside evaluations");
        foreach (EstimatedPart part in estimate.Work) Line($"  {part.Amount / 1e9,9:N0} GFLOP  {part.Name}: {part.Formula}");
        Line($"disk: {estimate.CheckpointBytes / 1e6:N0} MB a checkpoint");
        return text.ToString();

        void Line(FormattableString line) => text.Append("# ").Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(double seconds) => seconds switch
    {
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0} h"),
    };
}
