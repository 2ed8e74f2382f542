using Tilt.Configuration;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Tasks;
using Tilt.Tasks.Embedded;
using Tilt.Tasks.Mathematics;
using Tilt.Verification;

namespace Tilt.Cli.Commands;

/// <summary>The task of an evaluation: a name, or a file of one's own.</summary>
internal static class EvaluatedTask
{
    private const int UsualEmbedded = 512;

    /// <summary>The configuration of a task.</summary>
    /// <param name="nameOrSource">A name (<see cref="TaskName"/>), a file, a folder, or a data set on the hub.</param>
    /// <param name="overrides">Settings of the form <c>key=value</c>.</param>
    /// <exception cref="InputException">A setting is wrong.</exception>
    public static TaskConfiguration Configuration(string nameOrSource, IReadOnlyList<string> overrides)
    {
        TaskName? known = Enum.GetValues<TaskName>().Where(name => name != TaskName.File && ConfigurationName.OfEnum(name) == nameOrSource)
            .Select(name => (TaskName?)name).FirstOrDefault();
        if (known is { } task)
            return ConfigurationReader.ReadText<TaskConfiguration>("", "--task", [$"name={ConfigurationName.OfEnum(task)}", .. overrides]);
        if (!Path.Exists(nameOrSource) && !nameOrSource.Contains('/', StringComparison.Ordinal))
        {
            string[] names =
                [.. Enum.GetValues<TaskName>().Where(name => name != TaskName.File).Select(name => ConfigurationName.OfEnum(name))];
            string nearest = NearestName.Among(names, nameOrSource) is { } near ? $" Did you mean {near}?" : "";
            throw new InputException(
                $"--task is '{nameOrSource}', which is neither a file nor a task.{nearest} Tasks are {string.Join(", ", names)}.");
        }

        return ConfigurationReader.ReadText<TaskConfiguration>("", "--task",
            ["name=file", $"test={System.Text.Json.JsonSerializer.Serialize(nameOrSource)}", .. overrides]);
    }

    /// <summary>The problems of a split.</summary>
    /// <exception cref="InputException">There is no such split, or it has no problems.</exception>
    public static IReadOnlyList<Problem> Problems(ITask task, string split, int? count)
    {
        int most = count ?? (task is EmbeddedTask ? UsualEmbedded : int.MaxValue);
        return split switch
        {
            "test" => task.HeldOutProblems(HeldOutSplit.Test, most),
            "selection" => task.HeldOutProblems(HeldOutSplit.Selection, most),
            "train" when task is MathTask { Problems.Training: { Count: > 0 } training } => [.. training.Take(most)],
            "train" =>
                throw new InputException(
                    $"The task '{task.Name}' has no fixed training problems to evaluate on; take --split test or selection."),
            _ => throw new InputException($"--split is '{split}'; there are test, selection and train."),
        };
    }

    /// <summary>What judges: the task's own reward, the verifier in the form asked for.</summary>
    public static IReward Reward(ITask task, AnswerForm form) =>
        task.Reward is MathReward ? new MathReward(new Verifier(new() { Form = form })) : task.Reward;

    /// <summary>A name for a folder, of a model's folder, repository or file; a checkpoint's is named after its run as well.</summary>
    public static string FolderName(string path)
    {
        string[] parts = path.TrimEnd('/', '\\').Split('/', '\\');
        string name = parts is [.., var run, "checkpoints", var step] ? $"{run}-{step}"
            : Path.GetFileNameWithoutExtension(parts[^1]) is { Length: > 0 } last ? last : "model";
        return parts[^1].EndsWith(".jsonl", StringComparison.Ordinal) || parts[^1].EndsWith(".gguf", StringComparison.Ordinal)
            || parts[^1].EndsWith(".parquet", StringComparison.Ordinal) ? name : parts is [.., _, "checkpoints", _] ? name : parts[^1];
    }
}
