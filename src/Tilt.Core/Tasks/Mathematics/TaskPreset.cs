using Tilt.Tasks.Data;

namespace Tilt.Tasks.Mathematics;

/// <summary>
/// A public data set of mathematical problems: where it lies on the Hugging Face hub, which columns it has, and how large it is.
/// </summary>
/// <param name="Name">The name that chooses it.</param>
/// <param name="Training">Its training set; null where it has none.</param>
/// <param name="Test">Its test set; null where it has none.</param>
/// <param name="Fields">Its columns, where they are not the usual ones.</param>
/// <param name="AnswerFrom">Where its gold answers stand.</param>
public sealed record TaskPreset(string Name, PresetSplit? Training, PresetSplit? Test, ProblemFields Fields,
    AnswerSource AnswerFrom = AnswerSource.Field)
{
    /// <summary>The prompt template that suits it unless another is named.</summary>
    public string Prompt { get; init; } = "boxed";

    /// <summary>The public data sets that are known by name.</summary>
    public static IReadOnlyList<TaskPreset> All { get; } =
    [
        new("math", new("DigitalLearningGmbH/MATH-lighteval", "train", 7_500), new("DigitalLearningGmbH/MATH-lighteval", "test", 5_000),
            new() { Subject = "type" }, AnswerSource.Boxed),
        new("math500", null, new("HuggingFaceH4/MATH-500", "test", 500), new() { Id = "unique_id" }),
        new("gsm8k", new("openai/gsm8k", "train", 7_473, "main"), new("openai/gsm8k", "test", 1_319, "main"),
            new() { Problem = "question", Solution = "answer" }, AnswerSource.Hashes),
        new("svamp", new("ChilleD/SVAMP", "train", 700), new("ChilleD/SVAMP", "test", 300),
            new() { Problem = "question_concat", Answer = "Answer", Subject = "Type", Id = "ID" }),
        new("minerva", null, new("math-ai/minervamath", "test", 272), new() { Problem = "question" }),
        new("olympiadbench", null, new("Hothan/OlympiadBench", "train", 674, "OE_TO_maths_en_COMP"),
            new() { Problem = "question", Answer = "final_answer", Subject = "subfield" }),
        new("aime24", null, new("HuggingFaceH4/aime_2024", "train", 30), new()),
        new("aime25", null, new("math-ai/aime25", "test", 30), new()),
        new("amc23", null, new("math-ai/amc23", "test", 40), new() { Problem = "question" }),
        new("hmmt-feb25", null, new("MathArena/hmmt_feb_2025", "train", 30), new() { Id = "problem_idx", Subject = "problem_type" }),
        new("deepscaler", new("agentica-org/DeepScaleR-Preview-Dataset", "train", 40_315), null, new()),
    ];

    /// <summary>The data set of a name; null where there is none.</summary>
    public static TaskPreset? Of(string name) => All.FirstOrDefault(preset => preset.Name == name);

    /// <summary>
    /// The columns and the place of the answers in a file: the usual ones where it has them (<c>problem</c> and <c>answer</c>), as copies
    /// of the set do, else those of the set at its source.
    /// </summary>
    public (ProblemFields Fields, AnswerSource AnswerFrom) LayoutOf(DataRow row) =>
        row.HasColumn("problem") && row.HasColumn("answer") ? (new ProblemFields(), AnswerSource.Field) : (Fields, AnswerFrom);
}

/// <summary>A split of a public data set.</summary>
/// <param name="Repository">Its repository on the hub.</param>
/// <param name="Split">Name of the split there.</param>
/// <param name="Size">Problems in it.</param>
/// <param name="Subset">Name of the subset (the hub's "config"); null where there is one.</param>
public sealed record PresetSplit(string Repository, string Split, int Size, string? Subset = null);
