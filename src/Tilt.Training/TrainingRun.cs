using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Inference.Fused;
using Tilt.Rollouts;
using Tilt.RunFolders;
using Tilt.Settings;
using Tilt.Tasks.Embedded;
using Tilt.Torch.Model;
using Tilt.Training.Evaluation;
using Tilt.Training.Records;

namespace Tilt.Training;

/// <summary>A training run with everything it needs, from a validated configuration: what <c>tilt train</c> runs.</summary>
public sealed class TrainingRun : IDisposable
{
    private readonly TrainingConfiguration _configuration;
    private readonly RunFolder _folder;
    private readonly CheckpointStore _checkpoints;
    private readonly TrainingInputs _inputs;
    private readonly TrainingLog _log;

    private TrainingRun(TrainingConfiguration configuration, RunFolder folder, ITokenizer tokenizer, Transformer weights)
    {
        _configuration = configuration;
        _folder = folder;
        Policy = new Policy(weights, configuration.Threads);
        var reward = new ChainedArithmeticReward();
        Reference = FusedModelLoader.Load(configuration.Reference ?? configuration.Model, configuration.Threads);
        var selection = new Evaluator(EvaluationProblems.Of(Split.Selection, configuration.Evaluation.Problems), tokenizer, reward);
        _inputs = new(Policy, Reference, new(configuration, tokenizer, reward), selection);
        _checkpoints = new(folder, configuration);
        _log = new(folder, tokenizer);
    }

    /// <summary>The policy, with the weights of the last step done.</summary>
    public Policy Policy { get; }

    /// <summary>The reference model.</summary>
    public ILanguageModel Reference { get; }

    /// <summary>Opens the run folder (new, or one to resume with the same configuration) and loads the models.</summary>
    /// <exception cref="InputException">The folder holds another configuration or cannot be written, or a model is missing or damaged.</exception>
    public static TrainingRun Open(TrainingConfiguration configuration)
    {
        var tokenizer = TokenizerLoader.Load(configuration.Model);
        Transformer weights = LoadWeights(configuration);
        try
        {
            return new(configuration, RunFolder.Open(configuration), tokenizer, weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Trains to the last step; see <see cref="Trainer.RunAsync"/>.</summary>
    public Task<RunState> RunAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        new Trainer(_configuration, _inputs, _log, _checkpoints, progress).RunAsync(cancellationToken);

    /// <summary>Puts the weights of the checkpoint at <paramref name="step"/> into the policy.</summary>
    public void LoadCheckpoint(int step)
    {
        _checkpoints.LoadWeights(step, Policy.Weights);
        Policy.Refresh();
    }

    private static Transformer LoadWeights(TrainingConfiguration configuration)
    {
        Transformer weights = configuration.Adapter is null ? Transformer.Load(configuration.Model) : Transformer.LoadFrozen(configuration.Model);
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

    /// <inheritdoc/>
    public void Dispose()
    {
        _folder.Dispose();
        Policy.Dispose();
    }
}
