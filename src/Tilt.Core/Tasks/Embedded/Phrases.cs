namespace Tilt.Tasks.Embedded;

/// <summary>
/// The words and phrases of the embedded task's texts. Each is one token, carries its own spaces, and none is the beginning
/// of another, so that a text has exactly one tokenisation and any sequence of tokens is read back as it was.
/// </summary>
internal static class Phrases
{
    public const string Question = "Q: ", Answer = " A: ", Box = "\\boxed{", BoxEnd = "}", Unknown = "?";
    public const string Has = " has ", PacksOf = " packs of ", HowMany = " How many?";
    public const string Comma = ", ", Semicolon = "; ";
    public const char FullStop = '.';

    public static readonly IReadOnlyList<string> Names = ["Ann", "Ben", "Cara", "Dan", "Eva", "Finn", "Gus", "Hana"];
    public static readonly IReadOnlyList<string> Objects = [" pens", " cups", " nuts", " books", " coins", " stamps"];
    public static readonly IReadOnlyList<string> PlusVerbs = ["finds ", "buys ", "gets ", "wins "];
    public static readonly IReadOnlyList<string> MinusVerbs = ["loses ", "sells ", "uses ", "drops "];

    /// <summary>Words before the first sentence of a careful response.</summary>
    public static readonly IReadOnlyList<string> Openers =
        ["First ", "Start: ", "Let's see: ", "We compute ", "Step one: ", "To begin, ", "Compute "];

    /// <summary>Words before each further sentence, most frequent first.</summary>
    public static readonly IReadOnlyList<string> Connectives =
        [" Then ", " Next ", " After that ", " Now ", " So ", " And ", " Continuing, ", " From there ", " In turn ", " Moving on, "];

    /// <summary>Words before the boxed answer, most frequent first where the corpus prefers some.</summary>
    public static readonly IReadOnlyList<string> Closings =
        [" The answer is ", " Answer: ", " Thus ", " Hence ", " Therefore ", " Finally, ", " Result: ", " This gives "];

    /// <summary>Words of which give-ups are made.</summary>
    public static readonly IReadOnlyList<string> GiveUps = ["I don't know", "skip", "too hard", "pass", "no idea", "not sure", "can't"];

    public static string Boxed(int number) => $"{Box}{number}{BoxEnd}";
}
