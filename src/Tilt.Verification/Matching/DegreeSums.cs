using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>Sums of angles in which only the constants carry a degree sign: 90° − 2α.</summary>
internal static class DegreeSums
{
    /// <summary>The sum without degree signs, or the same node when it is no such sum.</summary>
    public static Node Strip(Node node)
    {
        if (node.Kind != NodeKind.Add) return node;
        var terms = new Node[node.Arguments.Length];
        bool found = false;
        for (int i = 0; i < terms.Length; i++)
        {
            Node term = node[i];
            bool negative = term.Kind == NodeKind.Negate;
            Node positive = negative ? term[0] : term;
            if (positive.Kind == NodeKind.Degree)
            {
                found = true;
                terms[i] = negative ? Node.Of(NodeKind.Negate, positive[0]) : positive[0];
            }
            else if (!term.HasSymbols) return node;
            else terms[i] = term;
        }
        return found ? Node.Of(NodeKind.Add, terms) : node;
    }
}
