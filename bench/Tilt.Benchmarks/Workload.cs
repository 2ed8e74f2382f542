using Tilt.Rollouts;

namespace Tilt.Benchmarks;

/// <summary>The token ids of the benchmarks, the same as those of <c>bench/peers/tiny.py</c>.</summary>
internal static class Workload
{
    public const int Sequences = 256, PromptLength = 32, ResponseLength = 64;

    public const long ResponseTokens = Sequences * ResponseLength;

    public static int[] Prompt(int sequence, int vocabulary) => Ids(sequence, 0, PromptLength, vocabulary);

    /// <summary>256 prompts with responses.</summary>
    public static TokenSequence[] Sequences256(int vocabulary) =>
        [.. Enumerable.Range(0, Sequences)
            .Select(i => new TokenSequence(Prompt(i, vocabulary), Ids(i, PromptLength, ResponseLength, vocabulary)))];

    private static int[] Ids(int sequence, int first, int count, int vocabulary) =>
        [.. Enumerable.Range(first, count).Select(t => ((sequence * 31) + (t * 17) + (t * t * 7)) % vocabulary)];
}
