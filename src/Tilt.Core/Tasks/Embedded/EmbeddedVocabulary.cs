using System.Globalization;

namespace Tilt.Tasks.Embedded;

/// <summary>The fixed token list of the embedded model. Ids are positions in the list.</summary>
/// <remarks>
/// No token is the beginning of another (a prefix code): every text over the tokens has exactly one tokenisation, and encoding
/// a decoded sequence gives the sequence back.
/// </remarks>
public static class EmbeddedVocabulary
{
    /// <summary>Ends every document, and so stands before every document: end-of-sequence and begin-of-sequence in one.</summary>
    public const string End = "<end>";

    /// <summary>Fills rows of unequal length; never seen in training.</summary>
    public const string Padding = "<pad>";

    /// <summary>Number of tokens, filled up with unused ones to a multiple of 8.</summary>
    public const int Size = 88;

    /// <summary>All tokens; <see cref="End"/> is 0, <see cref="Padding"/> is 1.</summary>
    public static IReadOnlyList<string> Tokens { get; } = Build();

    private static List<string> Build()
    {
        List<string> tokens =
        [
            End, Padding,
            .. Enumerable.Range(0, 10).Select(digit => digit.ToString(CultureInfo.InvariantCulture)),
            "+", "-", "*", "=", $"{Phrases.FullStop}", Phrases.Comma, Phrases.Semicolon, Phrases.Unknown,
            Phrases.Box, Phrases.BoxEnd, Phrases.Question, Phrases.Answer, Phrases.Has, Phrases.PacksOf, Phrases.HowMany,
            .. Phrases.Names, .. Phrases.Objects, .. Phrases.PlusVerbs, .. Phrases.MinusVerbs,
            .. Phrases.Openers, .. Phrases.Connectives, .. Phrases.Closings, .. Phrases.GiveUps,
        ];
        for (int i = 0; tokens.Count < Size; i++) tokens.Add($"<unused{i}>");
        return tokens;
    }
}
