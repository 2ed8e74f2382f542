namespace Tilt.Statistics;

/// <summary>What an output without a readable answer does in a vote.</summary>
public enum AbstentionRule
{
    /// <summary>It does not vote; when nobody votes the vote is wrong.</summary>
    Abstain,

    /// <summary>
    /// The way of the paper's authors: all such outputs together vote for one (wrong) answer. Their ties go to the answer seen first
    /// in a randomly ordered subset; each of the tied answers is first equally often, so this is uniform tie-breaking in expectation.
    /// </summary>
    Authors,
}
