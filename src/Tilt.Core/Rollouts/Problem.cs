namespace Tilt.Rollouts;

/// <summary>One problem with a known answer.</summary>
/// <param name="Id">Stable, unique within its data set.</param>
/// <param name="Text">What the prompt is made from.</param>
/// <param name="Answer">The gold answer.</param>
public sealed record Problem(string Id, string Text, string Answer)
{
    /// <summary>Difficulty, 1 is easiest; null where the data set has none.</summary>
    public int? Level { get; init; }

    /// <summary>Subject, or null.</summary>
    public string? Subject { get; init; }

    /// <summary>A worked solution, or null.</summary>
    public string? Solution { get; init; }
}
