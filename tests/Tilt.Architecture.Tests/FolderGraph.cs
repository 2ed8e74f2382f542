namespace Tilt.Architecture.Tests;

/// <summary>Finds circles.</summary>
internal static class FolderGraph
{
    /// <summary>The nodes of one circle, in order; none when there is no circle.</summary>
    public static IReadOnlyList<string> Circle(IEnumerable<(string From, string To)> edges)
    {
        ILookup<string, string> next = edges.ToLookup(edge => edge.From, edge => edge.To);
        var finished = new HashSet<string>(StringComparer.Ordinal);
        var way = new List<string>();
        foreach (string node in next.Select(group => group.Key).Order(StringComparer.Ordinal))
            if (Visit(node, next, finished, way)) return way;
        return [];
    }

    /// <summary>Goes on from a node; leaves the circle it finds in <paramref name="way"/>.</summary>
    private static bool Visit(string node, ILookup<string, string> next, HashSet<string> finished, List<string> way)
    {
        int begin = way.IndexOf(node);
        if (begin >= 0)
        {
            way.RemoveRange(0, begin);
            return true;
        }
        if (finished.Contains(node)) return false;
        way.Add(node);
        foreach (string other in next[node].Order(StringComparer.Ordinal))
            if (Visit(other, next, finished, way)) return true;
        way.RemoveAt(way.Count - 1);
        finished.Add(node);
        return false;
    }
}
