using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;
using Tilt.Tasks;
using Tilt.Training;
using Tilt.Training.Evaluation;

namespace Tilt.Studies.Comparison;

/// <summary>The test problems of a comparison: never trained on, never used to choose anything.</summary>
public static class TestProblems
{
    /// <summary>Evaluator on the test problems of the comparison's task.</summary>
    /// <exception cref="InputException">The task has none, or cannot be read.</exception>
    public static Evaluator Evaluator(ComparisonOptions options)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(options.Training.Model);
        ITask task = TrainingTasks.Of(options.Training, tokenizer);
        return new(task, task.HeldOutProblems(HeldOutSplit.Test, options.TestProblems), tokenizer);
    }
}
