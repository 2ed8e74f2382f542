using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>Lists such as x = 1, y = 2, in which every value has a name of its own: names set the order.</summary>
internal static class Assignments
{
    /// <summary>The names of a list of assignments to different symbols; null for other lists.</summary>
    public static string[]? Names(Node list)
    {
        if (list.Kind != NodeKind.List || list.Arguments.Length < 2) return null;
        var names = new string[list.Arguments.Length];
        for (int i = 0; i < names.Length; i++)
        {
            if (list[i] is not { Kind: NodeKind.Relation, Name: "=" } relation || relation.Arguments.Length != 2
                || relation[0].Kind != NodeKind.Symbol)
                return null;
            names[i] = relation[0].Name;
        }
        return names.Distinct(StringComparer.Ordinal).Count() == names.Length ? names : null;
    }

    /// <summary>
    /// The values in the order of their names where these are neighbours in the alphabet, else as given; null for other lists.
    /// </summary>
    public static Node[]? InOrder(Node list)
    {
        if (Names(list) is not { } names) return null;
        Node[] values = Array.ConvertAll(list.Arguments, item => item[1]);
        if (!Array.TrueForAll(names, name => name.Length == 1)) return values;
        string[] sorted = [.. names.Order(StringComparer.Ordinal)];
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i][0] != sorted[i - 1][0] + 1) return values;
        }
        Array.Sort(names, values, StringComparer.Ordinal);
        return values;
    }
}
