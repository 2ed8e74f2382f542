using System.Text.Json.Serialization;

namespace Tilt.Statistics;

/// <summary>What counts as the same answer in a majority vote.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VoteRule>))]
public enum VoteRule
{
    /// <summary>Answers that the verifier calls equivalent; outputs without a readable answer abstain.</summary>
    [JsonStringEnumMemberName("classes")] Classes,

    /// <summary>
    /// The way of the paper's authors (arXiv 2604.16259): answers whose texts are equal; outputs without a readable answer vote together
    /// for a wrong one (<see cref="AbstentionRule.Authors"/>).
    /// </summary>
    [JsonStringEnumMemberName("authors")] Authors,
}
