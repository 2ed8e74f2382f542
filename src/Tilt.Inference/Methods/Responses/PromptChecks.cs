using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Responses;

/// <summary>What every method asks of its prompts before any work.</summary>
internal static class PromptChecks
{
    /// <exception cref="ArgumentException">A prompt is empty, holds an id outside the vocabulary, or exceeds the context together with the
    /// limit.</exception>
    public static void Check(ILanguageModel model, IEnumerable<int[]> prompts, int maxNewTokens)
    {
        if (maxNewTokens < 1) throw new ArgumentException($"The limit of new tokens is {maxNewTokens}; at least 1 is needed.");
        var limits = new SequenceLimits(model.ContextLength, model.VocabularySize);
        foreach (int[] prompt in prompts)
            if (limits.Problem(prompt, maxNewTokens) is { } problem) throw new ArgumentException($"A prompt {problem}.");
    }
}
