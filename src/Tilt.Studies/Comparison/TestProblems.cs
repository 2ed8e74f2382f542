using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;
using Tilt.Tasks;
using Tilt.Tasks.Embedded;
using Tilt.Training.Evaluation;

namespace Tilt.Studies.Comparison;

/// <summary>The test problems of a comparison: equal shares of levels, never trained on, never used to choose anything.</summary>
public static class TestProblems
{
    /// <summary>Evaluator on the test problems.</summary>
    public static Evaluator Evaluator(ComparisonOptions options)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(options.Training.Model);
        var task = new EmbeddedTask(tokenizer);
        return new(task, task.HeldOutProblems(HeldOutSplit.Test, options.TestProblems), tokenizer);
    }
}
