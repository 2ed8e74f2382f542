namespace Tilt.Acceptance.VerifierSearch;

/// <summary>A gold and an answer of which the oracle knows whether they mean the same.</summary>
/// <param name="Kind">What the gold is.</param>
/// <param name="Rule">The edit or rewriting that made the answer.</param>
/// <param name="Gold">Text of the gold.</param>
/// <param name="Answer">Text of the answer.</param>
internal sealed record Pair(string Kind, string Rule, string Gold, string Answer);
