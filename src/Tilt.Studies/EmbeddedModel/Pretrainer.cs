using System.Diagnostics;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training;
using Tilt.Training.Optimizers;
using static TorchSharp.torch;

namespace Tilt.Studies.EmbeddedModel;

/// <summary>Pretrains the embedded model from a recipe: next-token prediction with Muon and AdamW.</summary>
public sealed class Pretrainer
{
    private readonly PretrainingConfiguration _recipe;
    private readonly PretrainingRows _rows;
    private readonly ModelConfiguration _shape;

    /// <summary>A pretrainer of <paramref name="recipe"/>.</summary>
    public Pretrainer(PretrainingConfiguration recipe, ITokenizer tokenizer)
    {
        _recipe = recipe;
        _rows = new(recipe, tokenizer);
        _shape = new()
        {
            Family = Llama.Family,
            VocabularySize = tokenizer.VocabularySize,
            HiddenSize = recipe.Model.HiddenSize,
            IntermediateSize = recipe.Model.IntermediateSize,
            LayerCount = recipe.Model.Layers,
            HeadCount = recipe.Model.Heads,
            KeyValueHeadCount = recipe.Model.Heads,
            HeadSize = recipe.Model.HiddenSize / recipe.Model.Heads,
            ContextLength = recipe.Model.ContextLength,
            TiedEmbeddings = true,
            EndOfSequenceIds = tokenizer.EndOfSequenceIds,
            BeginOfSequenceId = tokenizer.BeginOfSequenceId,
        };
    }

    /// <summary>Threads of the training kernels. Default 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Trains to the last step, from the checkpoint if there is one. The caller owns the model returned.</summary>
    /// <param name="checkpoint">Where the state is kept.</param>
    /// <param name="progress">Told after every step, or null.</param>
    /// <param name="cancellationToken">Stops after the current step; the state is saved.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the steps done are saved.</exception>
    /// <exception cref="ArithmeticException">The loss is not finite.</exception>
    public Transformer Run(PretrainingCheckpoint checkpoint, IProgress<PretrainingProgress>? progress, CancellationToken cancellationToken)
    {
        Transformer model = Transformer.Initialize(_shape, (uint)_recipe.Seed);
        model.Threads = Threads;
        using var muon = new Muon(Matrices(model), _recipe.Muon);
        using var adam = new AdamW(Others(model), new(_recipe.Adam.Beta1, _recipe.Adam.Beta2, 1e-8, 0));
        int step = checkpoint.TryRestore(model, muon, adam);
        long start = Stopwatch.GetTimestamp();
        int first = step;
        while (step < _recipe.Steps)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                checkpoint.Save(step, model, muon, adam);
                throw new OperationCanceledException(cancellationToken);
            }

            double loss = Accumulate(model, step);
            GradientClipping.Clip(model.Parameters.Select(p => p.Value), _recipe.GradientClip);
            double share = Schedule(step);
            muon.Step(step, share * _recipe.Muon.LearningRate);
            adam.Step(share * _recipe.Adam.LearningRate);
            step++;
            if (step % _recipe.CheckpointEvery == 0) checkpoint.Save(step, model, muon, adam);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            double stepsPerSecond = (step - first) / seconds;
            progress?.Report(new(step, _recipe.Steps, loss, stepsPerSecond * _recipe.Rows * _recipe.RowTokens,
                TimeSpan.FromSeconds((_recipe.Steps - step) / stepsPerSecond)));
        }

        return model;
    }

    /// <summary>Loss of a step in nats per weighted token, and its gradient.</summary>
    private double Accumulate(Transformer model, int step)
    {
        int rows = _recipe.Rows, time = _recipe.RowTokens;
        var ids = new long[rows * time];
        var weights = new float[rows * (time - 1)];
        for (int r = 0; r < rows; r++)
            _rows.Fill((long)step * rows + r, ids.AsSpan(r * time, time), weights.AsSpan(r * (time - 1), time - 1));
        foreach (var parameter in model.Parameters) parameter.Value.grad?.zero_();
        ComputePrecision precision = _recipe.Dtype.ToCompute();
        double total = weights.Sum(w => (double)w), value = 0;
        for (int r = 0; r < rows; r += _recipe.MicroBatchRows)
        {
            using var pass = NewDisposeScope();
            int count = Math.Min(_recipe.MicroBatchRows, rows - r);
            var logProbabilities =
                model.NextTokenLogProbabilities(tensor(ids[(r * time)..((r + count) * time)]).view(count, time), precision);
            var weight = tensor(weights[(r * (time - 1))..((r + count) * (time - 1))]).view(count, time - 1);
            var loss = logProbabilities.mul(weight).sum().DividedBy(-total);
            value += loss.item<float>();
            loss.backward();
        }

        if (!double.IsFinite(value))
            throw new ArithmeticException(
                $"The loss of step {step + 1} is {value}: pretraining has diverged. Lower the learning rates of the recipe.");
        return value;
    }

    private double Schedule(int step) => step < _recipe.WarmupSteps
        ? (step + 1.0) / _recipe.WarmupSteps
        : (double)(_recipe.Steps - step) / Math.Max(1, _recipe.Steps - _recipe.WarmupSteps);

    private static IEnumerable<(string Name, Tensor Value)> Matrices(Transformer model) =>
        model.Parameters.Where(IsMatrix).Select(p => (p.Name, p.Value));

    private static IEnumerable<(string Name, Tensor Value)> Others(Transformer model) =>
        model.Parameters.Where(p => !IsMatrix(p)).Select(p => (p.Name, p.Value));

    private static bool IsMatrix(NamedParameter parameter) =>
        parameter.Value.shape.Length == 2 && parameter.Name.Contains(".layers.", StringComparison.Ordinal);
}

/// <summary>News of a pretraining run.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps of the whole run.</param>
/// <param name="Loss">Loss of the step, nats per weighted token.</param>
/// <param name="TokensPerSecond">Tokens trained on a second.</param>
/// <param name="Remaining">Time that the steps left will take at the present speed.</param>
public sealed record PretrainingProgress(int Step, int Steps, double Loss, double TokensPerSecond, TimeSpan Remaining);
