using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Tilt.Configuration;
using Tilt.Tasks.Data;

// The descriptions document the properties: comments of config.yaml and docs/configuration.md are made from them.
#pragma warning disable CS1591

namespace Tilt.Settings;

/// <summary>Where the problems come from, and how they are put to the model.</summary>
public sealed record TaskConfiguration : IValidatable
{
    [Description("The problem set.")]
    public TaskName Name { get; init; } = TaskName.Embedded;

    [Description("Training problems: a file (JSON Lines, JSON, CSV, TSV, Parquet), the folder of a data set, or one that 'tilt pull "
        + "--dataset' fetched, such as openai/gsm8k; null takes the named set's own.")]
    [ExistingPath(OrName = true)]
    public string? Train { get; init; }

    [Description("Test problems, in the same forms; null takes the named set's own, or none.")]
    [ExistingPath(OrName = true)]
    public string? Test { get; init; }

    [Description("Split that train means in the folder of a data set.")]
    public string? TrainSplit { get; init; }

    [Description("Split that test means in the folder of a data set.")]
    public string? TestSplit { get; init; }

    [Description("Subset in the folder of a data set that has several.")]
    public string? Subset { get; init; }

    [Description("Columns of the data files.")]
    public ProblemFields Fields { get; init; } = new();

    [Description("Where the gold answers stand; null takes the named set's place, or the column fields.answer.")]
    public AnswerSource? AnswerFrom { get; init; }

    [Description("What the user's turn says: plain (the problem alone), boxed, authors (the paper's), power-sampling, or a text file with "
        + "{problem} in it; null takes what suits the problem set.")]
    public string? Prompt { get; init; }

    [Description("System message; null leaves it to the chat template.")]
    public string? System { get; init; }

    [Description("Chat template: chatml, none (the texts alone, for base models), the name of one of the model's, or a file in Jinja; null "
        + "takes the model's own.")]
    public string? ChatTemplate { get; init; }

    [Description("Day that chat templates which ask for it are told, such as '26 Jul 2024'. It is pinned: prompts must not differ from day "
        + "to day.")]
    public string Date { get; init; } = "26 Jul 2024";

    [Description("Share of the training problems that is held out for evaluation during training, chosen by a hash of their texts.")]
    [Range(0, 0.9)]
    public double SelectionShare { get; init; } = 0.1;

    [Description("Problems with longer prompts are left out and counted; null takes what the model's context leaves beside "
        + "max_new_tokens.")]
    [AtLeast(1)]
    public int? MaxPromptTokens { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ConfigurationProblem> Validate()
    {
        if (Name == TaskName.File && Train is null && Test is null)
            yield return new(nameof(Train), "is missing; the task 'file' needs problems to train on, or problems to test on with 'test'.");
        if (Name is not (TaskName.Embedded or TaskName.Arithmetic)) yield break;
        TaskConfiguration defaults = new();
        (string Key, bool IsGiven)[] keys =
        [
            (nameof(Train), Train is not null), (nameof(Test), Test is not null), (nameof(TrainSplit), TrainSplit is not null),
            (nameof(TestSplit), TestSplit is not null),
            (nameof(Subset), Subset is not null), (nameof(Fields), Fields != defaults.Fields), (nameof(AnswerFrom), AnswerFrom is not null),
        ];
        foreach ((string key, bool isGiven) in keys)
            if (isGiven)
                yield return new(key, $"has no effect on the task '{ConfigurationName.OfEnum(Name)}', which makes its own problems; leave "
                    + $"it out, or choose the task 'file'.");
        if (Name != TaskName.Embedded) yield break;
        foreach ((string key, bool isGiven) in ((string, bool)[])[(nameof(Prompt), Prompt is not null),
            (nameof(System), System is not null), (nameof(ChatTemplate), ChatTemplate is not null)])
            if (isGiven) yield return new(key, "has no effect on the task 'embedded', whose prompts are fixed; leave it out.");
    }
}

/// <summary>A problem set.</summary>
public enum TaskName
{
    [Description("the arithmetic task that the embedded model knows, generated")]
    Embedded,

    [Description("754 questions such as 'What is 7 * 8?', generated: a real model's first hour")]
    Arithmetic,

    [Description("the problems of train and test")]
    File,

    [Description("MATH: 7,500 to train on, 5,000 to test on")]
    Math,

    [Description("500 problems of MATH's test set")]
    Math500,

    [Description("GSM8K: 7,473 to train on, 1,319 to test on")]
    Gsm8k,

    [Description("SVAMP: 700 to train on, 300 to test on")]
    Svamp,

    [Description("272 problems of Minerva Math (OCWCourses)")]
    Minerva,

    [Description("674 problems of OlympiadBench, mathematics in English with text alone")]
    Olympiadbench,

    [Description("AIME 2024, 30 problems")]
    Aime24,

    [Description("AIME 2025, 30 problems")]
    Aime25,

    [Description("AMC 2023, 40 problems")]
    Amc23,

    [Description("HMMT of February 2025, 30 problems")]
    HmmtFeb25,

    [Description("DeepScaleR, 40,315 problems to train on")]
    Deepscaler,
}
