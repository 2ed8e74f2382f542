namespace Tilt.Statistics;

/// <summary>pass@k: the probability that at least one of k outputs is right.</summary>
public static class PassAtK
{
    /// <summary>
    /// The unbiased estimate from n outputs of which c are right: 1 − C(n−c, k)/C(n, k) (Chen et al., arXiv 2107.03374).
    /// </summary>
    /// <exception cref="ArgumentException">k exceeds n or is not positive, or c is not within 0 … n.</exception>
    public static double Of(int n, int c, int k)
    {
        if (k < 1 || k > n) throw new ArgumentException($"pass@{k} needs at least {k} outputs a problem; there are {n}.", nameof(k));
        if (c < 0 || c > n) throw new ArgumentException($"{c} of {n} outputs cannot be right.", nameof(c));
        if (n - c < k) return 1;
        double allWrong = 1;
        for (int i = n - c + 1; i <= n; i++) allWrong *= 1 - (double)k / i;
        return 1 - allWrong;
    }
}
