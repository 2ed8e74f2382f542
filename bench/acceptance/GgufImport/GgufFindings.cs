namespace Tilt.Acceptance.GgufImport;

/// <summary>One comparison: how many cases, how many of them wrong, the largest difference, and its tolerance.</summary>
/// <param name="Name">What was compared.</param>
/// <param name="Cases">Cases.</param>
/// <param name="Wrong">Cases that differ, or differ by more than the tolerance.</param>
/// <param name="Largest">Largest difference; 0 where things are equal or not.</param>
/// <param name="Tolerance">The tolerance; 0 for equality.</param>
/// <param name="First">The first wrong case, or null.</param>
internal sealed record GgufFinding(string Name, int Cases, int Wrong, double Largest, double Tolerance, string? First);

/// <summary>Gathers comparisons of one kind.</summary>
internal sealed class GgufTally(string name, double tolerance = 0)
{
    private int _cases, _wrong;
    private double _largest;
    private string? _first;

    /// <summary>A case that is equal or not.</summary>
    public void Note(bool right, string what)
    {
        _cases++;
        if (right) return;
        _wrong++;
        _first ??= what;
    }

    /// <summary>A case that may differ by the tolerance.</summary>
    public void Note(double difference, string what)
    {
        Note(difference <= tolerance, FormattableString.Invariant($"{what}: {difference:0.0e0}"));
        _largest = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(_largest, difference);
    }

    public GgufFinding Finding => new(name, _cases, _wrong, _largest, tolerance, _first);
}
