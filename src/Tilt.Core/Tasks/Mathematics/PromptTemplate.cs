using Tilt.Configuration;
using Tilt.Files;

namespace Tilt.Tasks.Mathematics;

/// <summary>What is said to the model about a problem: the text of the user's turn.</summary>
/// <param name="Name">Its name, or the file it stands in.</param>
/// <param name="Text">The text, with <c>{problem}</c> where the problem goes.</param>
public sealed record PromptTemplate(string Name, string Text)
{
    /// <summary>Stands for the problem.</summary>
    public const string Placeholder = "{problem}";

    /// <summary>The templates with names.</summary>
    public static IReadOnlyList<PromptTemplate> All { get; } =
    [
        new("plain", Placeholder),
        // The authors' file holds two backslashes, and their formatting keeps both: the model sees \\boxed{} (PAPER.md, settings).
        new("authors", "Think step-by-step to solve the following problem. Output your answer inside of \\\\boxed{} tags.:\n" + Placeholder
            + "\n\nLet's think step-by-step"),
        new("boxed", Placeholder + "\nPlease reason step by step, and put your final answer within \\boxed{}."),
        // Karan and Du, "Reasoning with Sampling" (arXiv 2510.14901).
        new("power-sampling", "Can you solve the following math problem? " + Placeholder
            + " Please reason step by step, and put your final answer within \\boxed{}."),
    ];

    /// <summary>The names, for help and messages.</summary>
    public static string Choices { get; } =
        $"{string.Join(", ", All.Select(template => template.Name))}, or a text file that holds {Placeholder}";

    /// <summary>The template of a name, or that of a file.</summary>
    /// <exception cref="InputException">It is neither, or the file has no place for the problem.</exception>
    public static PromptTemplate Of(string nameOrFile)
    {
        if (All.FirstOrDefault(template => template.Name == nameOrFile) is { } known) return known;
        if (!File.Exists(nameOrFile))
        {
            string nearest = NearestName.Among(All.Select(template => template.Name), nameOrFile) is { } near
                ? $" Did you mean '{near}'?"
                : "";
            throw new InputException($"'{nameOrFile}' is neither a prompt template nor a file.{nearest} There are {Choices}.");
        }

        string text = TextFile.Read(nameOrFile);
        return text.Contains(Placeholder, StringComparison.Ordinal)
            ? new(nameOrFile, text)
            : throw new InputException($"The prompt template '{nameOrFile}' does not contain {Placeholder}, which stands for the problem; "
                + $"write it where the problem goes.");
    }

    /// <summary>The user's turn for a problem; braces in the problem mean nothing.</summary>
    public string Fill(string problem) => Text.Replace(Placeholder, problem, StringComparison.Ordinal);
}
