using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Tasks;
using Tilt.Tasks.Embedded;

namespace Tilt.Training;

/// <summary>From configuration to tasks.</summary>
public static class TrainingTasks
{
    /// <summary>The task that a configuration names.</summary>
    /// <param name="configuration">The validated configuration.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    public static ITask Of(TrainingConfiguration configuration, ITokenizer tokenizer) => configuration.Task.Name switch
    {
        TaskName.Embedded => new EmbeddedTask(tokenizer),
        _ => throw new InvalidOperationException($"The task {configuration.Task.Name} is not defined."),
    };
}
