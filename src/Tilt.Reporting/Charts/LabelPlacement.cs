namespace Tilt.Reporting.Charts;

/// <summary>Moves labels apart along one axis, as little as possible.</summary>
internal static class LabelPlacement
{
    /// <summary>
    /// Places that keep the order of the wanted ones, at least <paramref name="gap"/> apart and within [low, high] when there is
    /// room. Least squares: labels that collide form a cluster centred on the mean of what they want.
    /// </summary>
    /// <returns>Places in the order of <paramref name="wanted"/>.</returns>
    internal static double[] Spread(IReadOnlyList<double> wanted, double gap, double low, double high)
    {
        int[] order = [.. Enumerable.Range(0, wanted.Count).OrderBy(i => wanted[i])];
        List<(double Sum, int Count)> clusters = [];
        for (int rank = 0; rank < order.Length; rank++)
        {
            // In coordinates from which rank·gap is taken away, "at least gap apart" reads "not descending".
            clusters.Add((wanted[order[rank]] - rank * gap, 1));
            while (clusters.Count > 1 && clusters[^1].Sum / clusters[^1].Count < clusters[^2].Sum / clusters[^2].Count)
            {
                clusters[^2] = (clusters[^2].Sum + clusters[^1].Sum, clusters[^2].Count + clusters[^1].Count);
                clusters.RemoveAt(clusters.Count - 1);
            }
        }
        double[] placed = new double[wanted.Count];
        double top = Math.Max(low, high - (wanted.Count - 1) * gap);
        int at = 0;
        foreach ((double sum, int count) in clusters)
        {
            double place = Math.Clamp(sum / count, low, top);
            for (int i = 0; i < count; i++, at++)
                placed[order[at]] = place + at * gap;
        }
        return placed;
    }
}
