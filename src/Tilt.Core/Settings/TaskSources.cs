using Tilt.Configuration;
using Tilt.Rollouts;
using Tilt.Tasks.Data;
using Tilt.Tasks.Mathematics;
using Tilt.Verification;

namespace Tilt.Settings;

/// <summary>From the configuration of a task to its problems.</summary>
public static class TaskSources
{
    /// <summary>The public data set that a name stands for; null for the built-in tasks and for files.</summary>
    public static TaskPreset? PresetOf(TaskName name) => TaskPreset.Of(ConfigurationName.OfEnum(name));

    /// <summary>Reads the problems of a task and makes them ready.</summary>
    /// <param name="task">The validated configuration; not of the embedded task.</param>
    /// <param name="resolve">Finds the file or folder that the name of a data set on the hub stands for.</param>
    /// <returns>The problems, and what is odd about their sources, a sentence each.</returns>
    /// <exception cref="InputException">A source is missing, empty or damaged, or lacks a column.</exception>
    public static (ProblemSets Problems, IReadOnlyList<string> Warnings) Read(TaskConfiguration task, Func<string, string> resolve)
    {
        ArgumentNullException.ThrowIfNull(task);
        var verifier = new Verifier();
        if (task.Name == TaskName.Arithmetic)
            return (ProblemSets.Of(ArithmeticProblems.Training, ArithmeticProblems.Test, task.SelectionShare, verifier), []);
        var warnings = new List<string>();
        TaskPreset? preset = PresetOf(task.Name);
        IReadOnlyList<Problem> training =
            ReadSplit(task, task.Train, task.TrainSplit, preset, preset?.Training, "train", resolve, warnings);
        IReadOnlyList<Problem> test = ReadSplit(task, task.Test, task.TestSplit, preset, preset?.Test, "test", resolve, warnings);
        return (ProblemSets.Of(training, test, task.SelectionShare, verifier), warnings);
    }

    private static IReadOnlyList<Problem> ReadSplit(
        TaskConfiguration task, string? source, string? split, TaskPreset? preset, PresetSplit? known, string usual,
        Func<string, string> resolve, List<string> warnings)
    {
        // A set may take the training or test problems of another one: test: aime24.
        if (source is not null && !Path.Exists(source) && TaskPreset.Of(source) is { } other)
        {
            (preset, known) = (other, usual == "train" ? other.Training : other.Test);
            source = known?.Repository ?? throw new InputException($"The set '{other.Name}' has no {usual} problems.");
        }

        if ((source ?? known?.Repository) is not { } place) return [];
        IReadOnlyList<string> files = DataFolder.FilesOf(resolve(place), split ?? known?.Split ?? usual, task.Subset ?? known?.Subset);
        (ProblemFields fields, AnswerSource answerFrom) = (task.Fields, task.AnswerFrom ?? AnswerSource.Field);
        if (preset is not null && DataFile.Read(files[0]) is [var first, ..])
        {
            (ProblemFields usualFields, AnswerSource usualAnswer) = preset.LayoutOf(first);
            (fields, answerFrom) = (task.Fields.Or(usualFields, first), task.AnswerFrom ?? usualAnswer);
        }

        IReadOnlyList<Problem> problems = new ProblemReader(fields, answerFrom).Read(files);
        if (known is not null && problems.Count != known.Size)
            warnings.Add($"The {usual} problems of '{preset!.Name}' are {problems.Count}, where the published set has {known.Size}: "
                + $"figures do not compare with those of others ({place}).");
        return problems;
    }
}
