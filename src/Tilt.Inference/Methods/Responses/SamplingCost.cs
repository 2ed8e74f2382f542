using Tilt.Inference.Methods.Contracts;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Responses;

/// <summary>What plain sampling costs.</summary>
internal static class SamplingCost
{
    /// <summary>The work of plain sampling: every distinct prompt read once, every response token but the last stepped once.</summary>
    public static GenerationCost Of(IReadOnlyList<Completion> completions)
    {
        var prompts = new HashSet<int[]>(TokenIdsComparer.Instance);
        long generated = 0, forward = 0;
        foreach (Completion completion in completions)
        {
            if (prompts.Add(completion.PromptIds)) forward += completion.PromptIds.Length;
            generated += completion.Length;
            forward += Math.Max(0, completion.Length - 1);
        }
        return new GenerationCost(generated, forward);
    }
}
