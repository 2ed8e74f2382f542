using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Hub;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rewards;
using Tilt.Rollouts;
using Tilt.RunFolders;
using Tilt.Settings;
using Tilt.Tasks;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training.Engines;
using Tilt.Training.Estimates;
using Tilt.Training.Evaluation;
using Tilt.Training.Optimizers;
using Tilt.Training.Records;
using Tilt.Training.Rollouts;

namespace Tilt.Training;

/// <summary>A training run with everything it needs, from a validated configuration: what <c>tilt train</c> runs.</summary>
public sealed class TrainingRun : IDisposable
{
    private readonly TrainingConfiguration _configuration;
    private readonly RunFolder _folder;
    private readonly ITask _task;
    private readonly IReward _reward;
    private readonly ITokenizer _tokenizer;
    private readonly CheckpointStore _checkpoints;
    private readonly TimeLimit _time;

    private TrainingRun(TrainingConfiguration configuration, RunFolder folder, ITask task, ITokenizer tokenizer, Transformer weights,
        TimeLimit time)
    {
        _time = time;
        (_configuration, _folder, _task, _tokenizer, Weights) = (configuration, folder, task, tokenizer, weights);
        _reward = configuration.Reward.ToReward(task.Reward);
        _checkpoints = new(folder, configuration);
        Engine = PolicyEngines.Of(configuration, weights);
        Reference = new(() => Engine.SharedReference ?? PolicyEngines.LoadReference(configuration, weights));
    }

    /// <summary>The weights that are trained.</summary>
    public Transformer Weights { get; }

    /// <summary>Samples with the weights of the last step done.</summary>
    public IPolicyEngine Engine { get; }

    /// <summary>The reference model, loaded when it is first asked for.</summary>
    public ReferenceModel Reference { get; }

    /// <summary>The task.</summary>
    public ITask Task => _task;

    /// <summary>Settings that differ from those that the run was left with, as <c>key: before → now</c>; empty for a new run.</summary>
    public IReadOnlyList<string> Changes => _folder.Changes;

    /// <summary>Opens the run folder (new, or one to resume with the same configuration) and loads the models.</summary>
    /// <param name="configuration">The validated configuration.</param>
    /// <param name="task">A task of one's own, given the model's tokenizer; null takes the configuration's.</param>
    /// <exception cref="InputException">The folder holds another configuration or cannot be written, a model is missing or damaged, or the
    /// task cannot give the problems asked for.</exception>
    public static TrainingRun Open(TrainingConfiguration configuration, Func<ITokenizer, ITask>? task = null)
    {
        // The time of a job runs from its start, loading included.
        var time = new TimeLimit(configuration.MaxTime is { } limit ? Duration.Parse(limit) : null, TimeProvider.System);
        configuration = configuration with
        {
            Model = ModelFolder.Resolve(configuration.Model),
            Reference = configuration.Reference is { } other ? ModelFolder.Resolve(other) : null
        };
        MachineLimits.Check(configuration);
        ITokenizer tokenizer = TokenizerLoader.Load(configuration.Model);
        ITask problems = task?.Invoke(tokenizer) ?? TrainingTasks.Of(configuration, tokenizer);
        // What a step will ask for is asked for once before anything is loaded or written.
        problems.TrainingProblems(0, configuration.Rollout.PromptsPerStep, (uint)configuration.Seed);
        problems.HeldOutProblems(HeldOutSplit.Selection, configuration.Evaluation.Problems);
        Transformer weights = LoadWeights(configuration);
        try
        {
            return new(configuration, RunFolder.Open(configuration), problems, tokenizer, weights, time);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Trains to the last step; see <see cref="Trainer.RunAsync"/>.</summary>
    /// <param name="progress">Told after every step, or null.</param>
    /// <param name="cancellationToken">Ends the run after the step that it is at.</param>
    /// <param name="warn">Told what went wrong and was got over, such as a damaged checkpoint; null where nobody listens.</param>
    /// <exception cref="TimeLimitException">The time is nearly over; the steps done are saved.</exception>
    public async Task<RunState> RunAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken,
        Action<string>? warn = null)
    {
        var timings = new StepTimings();
        using var adam = new AdamW(Weights.TrainableParameters.Select(p => (p.Name, p.Value)), _configuration.Optimizer.ToAdamW());
        ReferenceModel? reference =
            _configuration.TrackReference || _configuration.NeedsReference() ? Reference : null;
        var evaluator =
            new Evaluator(_task, _task.HeldOutProblems(HeldOutSplit.Selection, _configuration.Evaluation.Problems), _tokenizer, _reward);
        using var referenceWeights = new ReferenceWeights(Weights.UsesAdapter
            ? null
            : () => Transformer.LoadFrozen(_configuration.Reference ?? _configuration.Model, Weights.Device));
        var likelihoods = new LikelihoodScorer(Engine, reference, timings, _configuration.ToSampledObjective(),
            _configuration.ToLossRule(), _configuration.ToKlPenalty() is { Whole: true, InReward: true }
                ? new(Weights, referenceWeights, _configuration.Dtype.ToCompute(), _configuration.Loss.MicroBatchTokens)
                : null);
        var parts = new TrainingParts(
            Engine,
            new RolloutSource(_configuration, _task, _reward, _tokenizer, timings),
            likelihoods,
            new PolicyOptimizer(Weights, adam, _configuration, timings, referenceWeights));
        var records = new TrainingRecords(
            _configuration, Weights, adam, new(_configuration, evaluator, Engine, _configuration.TrackReference ? reference : null),
            new(_folder, _tokenizer), _checkpoints, timings, likelihoods, progress,
            _time, warn ?? (_ => { }));
        return await new Trainer(_configuration, parts, records).RunAsync(cancellationToken);
    }

    /// <summary>Puts the weights of the checkpoint at <paramref name="step"/> into the policy.</summary>
    public System.Threading.Tasks.Task LoadCheckpointAsync(int step)
    {
        _checkpoints.LoadWeights(step, Weights);
        return Engine.PublishAsync(step);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Dispose();
        Reference.Dispose();
        Engine.Dispose();
        Weights.Dispose();
    }

    private static Transformer LoadWeights(TrainingConfiguration configuration)
    {
        Transformer weights = configuration.Adapter is null
            ? Transformer.Load(configuration.Model, ComputeDevice.Of(configuration.Device))
            : Transformer.LoadFrozen(configuration.Model, ComputeDevice.Of(configuration.Device));
        try
        {
            weights.Threads = configuration.Threads;
            weights.CheckpointActivations = configuration.ActivationCheckpointing;
            if (configuration.Adapter is { } adapter)
            {
                weights.Attach(adapter.Path is null
                    ? LoraAdapter.Initialize(adapter.ToLora(configuration.Model), weights.Configuration, (uint)configuration.Seed)
                    : LoraAdapter.Load(adapter.Path, weights.Configuration));
            }

            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }
}
