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
        foreach (int[] prompt in prompts)
        {
            if (prompt.Length == 0) throw new ArgumentException("A prompt is empty; it needs at least one token.");
            if (prompt.Length + maxNewTokens > model.ContextLength)
                throw new ArgumentException(
                    $"A prompt of {prompt.Length} tokens and up to {maxNewTokens} new tokens exceed the model's context "
                    + $"of {model.ContextLength} tokens.");
            foreach (int id in prompt)
            {
                if ((uint)id >= (uint)model.VocabularySize)
                    throw new ArgumentException($"The token id {id} is outside the vocabulary 0 … {model.VocabularySize - 1}.");
            }
        }
    }
}
