using Tilt.Rollouts;

namespace Tilt.Statistics;

/// <summary>Compares two methods on the same problems: mean difference, its interval, and a sign-flip permutation test.</summary>
public static class PairedComparison
{
    private const int Flips = 20000;
    private const int MostEnumerated = 16;

    /// <summary>Difference of two methods' per-problem accuracies.</summary>
    /// <param name="ours">Accuracy of each problem.</param>
    /// <param name="theirs">Accuracy of each problem, in the same order.</param>
    /// <param name="stream">Random numbers of bootstrap and flips.</param>
    /// <exception cref="ArgumentException">The numbers of problems differ.</exception>
    public static PairedDifference Of(IReadOnlyList<double> ours, IReadOnlyList<double> theirs, RandomStream stream)
    {
        if (ours.Count != theirs.Count)
            throw new ArgumentException($"Paired methods need the same problems; there are {ours.Count} and {theirs.Count}.",
                nameof(theirs));
        double[] differences = [.. ours.Zip(theirs, (a, b) => a - b)];
        Interval interval = Intervals.BootstrapT(differences, stream);
        return new(differences.Average(), [interval.Low, interval.High], PValue(differences, stream with { Sample = stream.Sample + 1 }));
    }

    /// <summary>
    /// Two-sided p-value of "the differences are symmetric around 0" by flipping their signs: exact over all flips for at most
    /// 16 non-zero differences, else over 20,000 random flips with the observed one counted in.
    /// </summary>
    public static double PValue(IReadOnlyList<double> differences, RandomStream stream)
    {
        double[] moved = [.. differences.Where(d => d != 0)];
        if (moved.Length == 0) return 1;
        // Sums of the same numbers in another order differ by rounding; a hair below the observed sum still counts as reaching it.
        double observed = Math.Abs(moved.Sum()) * (1 - 1e-12);
        return moved.Length <= MostEnumerated ? Enumerate(moved, observed) : Sample(moved, observed, stream);
    }

    private static double Enumerate(double[] moved, double observed)
    {
        int reached = 0, total = 1 << moved.Length;
        for (int flips = 0; flips < total; flips++)
        {
            double sum = 0;
            for (int i = 0; i < moved.Length; i++) sum += (flips >> i & 1) == 0 ? moved[i] : -moved[i];
            if (Math.Abs(sum) >= observed) reached++;
        }

        return (double)reached / total;
    }

    private static double Sample(double[] moved, double observed, RandomStream stream)
    {
        int reached = 0;
        uint position = 0;
        for (int flip = 0; flip < Flips; flip++)
        {
            double sum = 0;
            ulong bits = 0;
            for (int i = 0; i < moved.Length; i++)
            {
                if (i % 64 == 0) bits = stream.Bits(position++);
                sum += (bits & 1) == 0 ? moved[i] : -moved[i];
                bits >>= 1;
            }

            if (Math.Abs(sum) >= observed) reached++;
        }

        return (reached + 1.0) / (Flips + 1);
    }
}
