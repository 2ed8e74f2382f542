using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.Hub;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Tasks;
using Tilt.Tasks.Embedded;
using Tilt.Tasks.Mathematics;

namespace Tilt.Training;

/// <summary>From configuration to tasks.</summary>
public static class TrainingTasks
{
    /// <summary>The task that a configuration names.</summary>
    /// <param name="configuration">The validated configuration, its model a folder.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <exception cref="InputException">Problems, prompt template or chat template are missing or wrong.</exception>
    public static ITask Of(TrainingConfiguration configuration, ITokenizer tokenizer) =>
        Of(configuration.Task, configuration.Model, tokenizer, configuration.Rollout.MaxNewTokens);

    /// <summary>The task that a configuration names, put to the model in a folder.</summary>
    /// <param name="task">The validated configuration.</param>
    /// <param name="folder">Folder of the model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="maxNewTokens">Most tokens of a response: what the context must leave beside a prompt.</param>
    /// <exception cref="InputException">Problems, prompt template or chat template are missing or wrong.</exception>
    public static ITask Of(TaskConfiguration task, string folder, ITokenizer tokenizer, int maxNewTokens)
    {
        if (task.Name == TaskName.Embedded) return new EmbeddedTask(tokenizer);
        // What costs nothing is checked first.
        bool isArithmetic = task.Name == TaskName.Arithmetic;
        TaskPreset? preset = TaskSources.PresetOf(task.Name);
        PromptTemplate prompt = PromptTemplate.Of(task.Prompt ?? (isArithmetic ? "plain" : preset?.Prompt ?? "boxed"));
        ChatTemplate template = ChatTemplateLoader.Load(folder, tokenizer, task.ChatTemplate);
        int context = ModelConfigurationReader.Read(folder).ContextLength - maxNewTokens;
        if (context < 1)
            throw new InputException($"Responses of up to {maxNewTokens} tokens leave no room for a prompt in the model's context. Lower "
                + $"rollout.max_new_tokens.");
        (ProblemSets problems, IReadOnlyList<string> warnings) = TaskSources.Read(task, DatasetFolder.Resolve);
        var encoder = new PromptEncoder(template, tokenizer, task.System, new() { DateString = task.Date });
        IReward reward = isArithmetic ? new LastNumberReward() : new MathReward();
        return new MathTask(
            Configuration.ConfigurationName.OfEnum(task.Name), problems with { Notes = [.. warnings, .. problems.Notes] }, prompt,
            encoder.Encode, reward, Math.Min(task.MaxPromptTokens ?? context, context));
    }
}
