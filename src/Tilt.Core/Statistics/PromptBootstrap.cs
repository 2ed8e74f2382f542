using Tilt.Rollouts;

namespace Tilt.Statistics;

/// <summary>Resamples whole prompts with replacement.</summary>
internal static class PromptBootstrap
{
    /// <summary>Resamples of every interval.</summary>
    public const int Resamples = 2000;

    /// <summary>Fewer prompts than this give no interval.</summary>
    public const int FewestPrompts = 10;

    /// <summary>A coefficient whose variable varies within fewer prompts than this has no interval.</summary>
    public const int FewestInformativePrompts = 5;

    /// <summary>Counts every prompt once.</summary>
    public static int[] All(int prompts)
    {
        int[] counts = new int[prompts];
        Array.Fill(counts, 1);
        return counts;
    }

    /// <summary>Hands out how often each prompt counts in each resample, <c>[prompt]</c>.</summary>
    public static void Run(int prompts, RandomStream stream, Action<int[]> take, int resamples = Resamples)
    {
        int[] counts = new int[prompts];
        uint position = 0;
        for (int b = 0; b < resamples; b++)
        {
            Array.Clear(counts);
            for (int i = 0; i < prompts; i++) counts[stream.Below(prompts, position++)]++;
            take(counts);
        }
    }
}
