using Tilt.Rollouts;

namespace Tilt.Tasks.Embedded;

/// <summary>Reads the numbers of a <see cref="RandomStream"/> one after the other.</summary>
internal sealed class RandomCursor(RandomStream stream)
{
    private uint _position;

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => stream.Uniform(_position++);

    /// <summary>A whole number uniform in 0 … <paramref name="count"/> − 1.</summary>
    public int Below(int count) => stream.Below(count, _position++);

    /// <summary>A whole number uniform in <paramref name="least"/> … <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => Uniform() < probability;

    /// <summary>One of <paramref name="items"/>, uniformly.</summary>
    public T Any<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>An index with probability in proportion to its weight.</summary>
    public int Index(IReadOnlyList<double> weights)
    {
        double left = Uniform() * weights.Sum();
        for (int i = 0; i < weights.Count; i++)
        {
            left -= weights[i];
            if (left < 0) return i;
        }
        // Rounding can leave a hair above zero; the last index that can be drawn then takes it.
        int last = weights.Count - 1;
        while (weights[last] == 0) last--;
        return last;
    }

    /// <summary>A standard normal number (Box–Muller).</summary>
    public double Normal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        return radius * Math.Cos(2 * Math.PI * Uniform());
    }
}
