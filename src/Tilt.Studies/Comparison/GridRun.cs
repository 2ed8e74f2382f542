using Tilt.HuggingFace.Hub;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Inference.Methods;
using Tilt.Inference.Methods.Contracts;
using Tilt.Results;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Studies.Evaluation;
using Tilt.Tasks;
using Tilt.Tasks.Embedded;
using Tilt.Torch.Tensors;
using Tilt.Training;
using Tilt.Training.Engines;
using Tilt.Training.Records;

namespace Tilt.Studies.Comparison;

/// <summary>
/// One run of a grid: trains, then evaluates the last and the best checkpoint on the test problems, at temperature 1 with normal stopping.
/// What is done is not done again.
/// </summary>
/// <param name="grid">The grid.</param>
/// <param name="folder">Folder of the grid: <c>runs/NAME</c>, <c>eval/NAME</c> and <c>eval/NAME-best</c>.</param>
public sealed class GridRun(GridConfiguration grid, string folder)
{
    private const int Portion = 256, EmbeddedTestProblems = 512;

    /// <summary>Trains and evaluates a run.</summary>
    /// <param name="configuration">One of the grid's runs.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellationToken">Stops; what is done is saved.</param>
    /// <returns>The evaluation of the last checkpoint.</returns>
    /// <exception cref="InputException">The model, the task or the folder cannot be used.</exception>
    public async Task<EvaluationResults> TrainAsync(
        TrainingConfiguration configuration, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        using var run = TrainingRun.Open(configuration);
        RunState state = await run.RunAsync(progress, cancellationToken);
        EvaluationResults last = await EvaluateAsync(configuration, run.Task, run.Engine, configuration.Name,
            Checkpoint(configuration, state.Step), cancellationToken);
        if (state.BestStep is { } best && best != state.Step)
        {
            await run.LoadCheckpointAsync(best);
            await EvaluateAsync(configuration, run.Task, run.Engine, configuration.Name + "-best", Checkpoint(configuration, best),
                cancellationToken);
        }

        return last;
    }

    /// <summary>Evaluates the base model of the grid.</summary>
    /// <exception cref="InputException">The model or the task cannot be used.</exception>
    public async Task<EvaluationResults> BaseAsync(CancellationToken cancellationToken)
    {
        TrainingConfiguration configuration = grid.Training with { Model = ModelFolder.Resolve(grid.Training.Model) };
        ITokenizer tokenizer = TokenizerLoader.Load(configuration.Model);
        using var weights = Torch.Model.Transformer.LoadFrozen(configuration.Model, ComputeDevice.Of(configuration.Device));
        weights.Threads = configuration.Threads;
        using IPolicyEngine engine = PolicyEngines.Of(configuration, weights);
        return await EvaluateAsync(configuration, TrainingTasks.Of(configuration, tokenizer), engine, grid.Name + "-base",
            grid.Training.Model, cancellationToken);
    }

    private static string Checkpoint(TrainingConfiguration configuration, int step) =>
        Path.Combine(configuration.Out, "checkpoints", $"step-{step}");

    private async Task<EvaluationResults> EvaluateAsync(
        TrainingConfiguration configuration, ITask task, IPolicyEngine engine, string name, string model,
        CancellationToken cancellationToken)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(ModelFolder.Resolve(configuration.Model));
        var resources = new MethodResources { Model = engine.Model, Sampler = engine.Sampler };
        using var evaluation = new EvaluationRun(
            new(model, null, $"{name} {model}", resources, tokenizer, task.Prompt, Portion),
            new()
            {
                Task = task.Name,
                Split = "test",
                Problems = task.HeldOutProblems(HeldOutSplit.Test, task is EmbeddedTask ? EmbeddedTestProblems : int.MaxValue),
                Reward = task.Reward,
                Notes = task.Notes,
                Methods = [InferenceMethods.Parse("temperature-1")],
                Samples = grid.TestSamples,
                MaxNewTokens = configuration.Rollout.MaxNewTokens,
                Seed = (uint)grid.Training.Seed,
                Out = Path.Combine(folder, "eval", name),
            });
        return await evaluation.RunAsync(null, cancellationToken);
    }
}
