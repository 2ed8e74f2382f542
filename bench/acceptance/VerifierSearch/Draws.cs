namespace Tilt.Acceptance.VerifierSearch;

/// <summary>Seeded draws (SplitMix64), so that one number names one pair for good.</summary>
/// <param name="seed">Seed.</param>
internal sealed class Draws(ulong seed)
{
    private ulong _state = seed;

    /// <summary>The draws of one item of a series: any item can be made again without the ones before it.</summary>
    public static Draws Of(ulong seed, long item) => new(Mix(seed + 0x632BE59BD9B4E019UL * (ulong)(item + 1)));

    /// <summary>A whole number from 0 to <paramref name="count"/> − 1.</summary>
    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <summary>A whole number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    /// <summary>One of the items.</summary>
    public T Pick<T>(params ReadOnlySpan<T> items) => items[Below(items.Length)];

    /// <summary>A whole number of 1 to 2^<paramref name="bits"/>, its length drawn first: every magnitude is as likely.</summary>
    public int Size(int bits) => 1 + Below(1 << Between(1, bits));

    /// <summary>A copy in random order.</summary>
    public T[] Shuffle<T>(IEnumerable<T> items)
    {
        T[] shuffled = [.. items];
        for (int i = shuffled.Length - 1; i > 0; i--)
        {
            int other = Below(i + 1);
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }

        return shuffled;
    }

    /// <summary>64 random bits.</summary>
    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15UL);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
