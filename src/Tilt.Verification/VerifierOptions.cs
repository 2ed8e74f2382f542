namespace Tilt.Verification;

/// <summary>How a response is searched for its answer and how strictly the answer is compared. Every default is stated.</summary>
public sealed record VerifierOptions
{
    /// <summary>The defaults.</summary>
    public static VerifierOptions Default { get; } = new();

    /// <summary>Which boxes of a response count. Default: the last one.</summary>
    public BoxSelection Boxes { get; init; } = BoxSelection.Last;

    /// <summary>
    /// Whether a response without a box and without an answer phrase is searched for its last formula or number. Default: true.
    /// </summary>
    public bool LastExpressionFallback { get; init; } = true;

    /// <summary>Whether a gold <c>30\%</c> also accepts the bare number 30 (0.3 is always accepted). Default: true.</summary>
    public bool PercentAsBareNumber { get; init; } = true;

    /// <summary>Whether a unit on one side only may be missing on the other. Default: true.</summary>
    public bool OptionalUnits { get; init; } = true;

    /// <summary>Whether a list without brackets may be given in any order. Default: true. Tuples are always ordered, sets never.</summary>
    public bool UnorderedLists { get; init; } = true;

    /// <summary>
    /// Whether a decimal gold accepts a longer decimal that rounds to it, when the gold states at least this many significant
    /// digits and a fraction; 0 never does. Default: 0, a decimal means the number it spells.
    /// </summary>
    public int RoundedDecimalDigits { get; init; }

    /// <summary>Which forms of a right value count. Default: any; rewards for training ask for evaluated ones.</summary>
    public AnswerForm Form { get; init; } = AnswerForm.Any;

    /// <summary>Limits on the work of one verdict.</summary>
    public VerificationBudget Budget { get; init; } = new();
}

/// <summary>Which boxes of a response hold the answer.</summary>
public enum BoxSelection
{
    /// <summary>The last brace-balanced box; neighbours that only "and", "or" or a comma separates form one list with it.</summary>
    Last,

    /// <summary>All boxes, joined to one list in their order, as Math-Verify does.</summary>
    All,
}

/// <summary>Which forms of a right value count.</summary>
public enum AnswerForm
{
    /// <summary>Every expression of the value.</summary>
    Any,

    /// <summary>
    /// Where the gold is a numeral, only a value: an answer that leaves a calculation to be done, as a restated question does, is wrong.
    /// </summary>
    Evaluated,
}

/// <summary>Limits on the work of one verdict: sizes and steps, never time, so that the same input always gets the same verdict.</summary>
public sealed record VerificationBudget
{
    /// <summary>Longest answer that is parsed, characters. Default: 6,000.</summary>
    public int MaxAnswerLength { get; init; } = 6_000;

    /// <summary>Deepest nesting of brackets, groups and operators. Default: 64.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>Largest whole number in exact arithmetic, bits. Default: 32,768.</summary>
    public int MaxBits { get; init; } = 32_768;

    /// <summary>Most terms of one polynomial. Default: 400.</summary>
    public int MaxTerms { get; init; } = 400;

    /// <summary>Most steps of parsing, arithmetic and comparison together. Default: 30,000.</summary>
    public int MaxSteps { get; init; } = 30_000;
}
