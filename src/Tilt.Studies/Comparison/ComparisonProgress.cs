namespace Tilt.Studies.Comparison;

/// <summary>News of one job of a comparison: a method with one seed.</summary>
/// <param name="Method">Name of the method.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Phase">What it does: waiting, training, testing, done.</param>
/// <param name="Fraction">Share of the job that is done, 0 … 1.</param>
/// <param name="Accuracy">Latest accuracy, on selection problems while training, on test problems when done; null before.</param>
/// <param name="Length">Latest mean response length in tokens; null before.</param>
public sealed record ComparisonProgress(string Method, int Seed, ComparisonPhase Phase, double Fraction, double? Accuracy, double? Length);

/// <summary>What a job does.</summary>
public enum ComparisonPhase
{
    /// <summary>It has not begun.</summary>
    Waiting,

    /// <summary>RL steps.</summary>
    Training,

    /// <summary>Outputs on test problems.</summary>
    Testing,

    /// <summary>Its results are saved.</summary>
    Done,
}
