using System.ComponentModel;

namespace Tilt.Tasks.Data;

/// <summary>Where the gold answer of a problem stands.</summary>
public enum AnswerSource
{
    /// <summary>In a column of its own.</summary>
    [Description("in the column fields.answer")]
    Field,

    /// <summary>In the last <c>\boxed{}</c> of the solution, as in MATH.</summary>
    [Description("in the last \\boxed{} of the solution, as in MATH")]
    Boxed,

    /// <summary>Behind the last <c>####</c> of the solution, as in GSM8K.</summary>
    [Description("behind the last #### of the solution, as in GSM8K")]
    Hashes,
}
