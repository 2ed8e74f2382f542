namespace Tilt.Verification;

/// <summary>What became of a verification.</summary>
public enum VerdictStatus
{
    /// <summary>The answer matches the gold.</summary>
    Correct,

    /// <summary>An answer was read and does not match.</summary>
    Incorrect,

    /// <summary>No answer could be read from the response; reward 0, counted.</summary>
    UnparsablePrediction,

    /// <summary>The gold itself could not be read; the problem should be rejected at load.</summary>
    UnparsableGold,

    /// <summary>A size or step budget was exhausted: 0 in evaluation, left out of loss and baseline in training.</summary>
    OverBudget,
}

/// <summary>Which rule found the answer in a text.</summary>
public enum ExtractionRule
{
    /// <summary>No rule found an answer.</summary>
    None,

    /// <summary>The whole text is the answer.</summary>
    Whole,

    /// <summary>The last brace-balanced <c>\boxed{}</c> or <c>\fbox{}</c>.</summary>
    Box,

    /// <summary>Several boxes joined to a list.</summary>
    JoinedBoxes,

    /// <summary>The content of the last <c>&lt;answer&gt;</c> tag.</summary>
    Tag,

    /// <summary>The text after <c>####</c> (GSM8K).</summary>
    Hashes,

    /// <summary>The text after "the answer is" and its like.</summary>
    AnswerPhrase,

    /// <summary>The last formula between dollar signs or their like.</summary>
    LastFormula,

    /// <summary>The last number.</summary>
    LastNumber,
}

/// <summary>The verdict on one response. Immutable; the canonical forms are made when first asked for.</summary>
public sealed class Verdict
{
    private readonly Lazy<(string? Gold, string? Prediction)>? _canonical;

    internal Verdict(VerdictStatus status, string reason, string? extracted, ExtractionRule rule,
        Func<(string? Gold, string? Prediction)>? canonical = null)
    {
        (Status, Reason, Extracted, Rule) = (status, reason, extracted, rule);
        if (canonical is not null) _canonical = new(canonical);
    }

    /// <summary>What became of it.</summary>
    public VerdictStatus Status { get; }

    /// <summary>Why, in one sentence.</summary>
    public string Reason { get; }

    /// <summary>The answer as it stands in the response, or null.</summary>
    public string? Extracted { get; }

    /// <summary>The rule that found it.</summary>
    public ExtractionRule Rule { get; }

    /// <summary>Canonical form of the gold, or null where it has none.</summary>
    public string? GoldCanonical => _canonical?.Value.Gold;

    /// <summary>Canonical form of the answer, or null where it has none; majority voting groups by it.</summary>
    public string? PredictionCanonical => _canonical?.Value.Prediction;

    /// <summary>Whether the answer is right.</summary>
    public bool IsCorrect => Status == VerdictStatus.Correct;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Status}: {Reason} Extracted: {Extracted}. Gold: {GoldCanonical}. Prediction: {PredictionCanonical}.";
}
