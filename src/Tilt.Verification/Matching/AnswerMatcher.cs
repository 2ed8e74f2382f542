using Tilt.Verification.Algebra;
using Tilt.Verification.Extraction;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification.Matching;

/// <summary>
/// The directed relation "matches gold": equality of values, plus what the gold's form leaves open. Ordered stays ordered, sets stay
/// unordered, one gold value is never matched by several candidates. This part: lists, tuples, sets and matrices.
/// </summary>
internal sealed partial class AnswerMatcher(VerifierOptions options, WorkMeter meter)
{
    private readonly ScalarMatcher _scalars = new(options, meter);

    public bool Matches(Node gold, Node prediction)
    {
        meter.Charge(2);
        if (gold.Kind == NodeKind.Number && prediction.Kind == NodeKind.Number) return _scalars.Matches(gold, prediction);
        Node signed = prediction;
        gold = Collapse(Expand(gold));
        prediction = Collapse(Expand(prediction));
        // Signs that vary on their own name more values than signs that go together.
        if (gold.Kind is NodeKind.List or NodeKind.Set && PlusMinusExpansion.Independent(signed, meter) is { } all
            && all.Length == gold.Arguments.Length)
            return MatchUnordered(gold.Arguments, all);
        if (Families.IsFamily(gold) != Families.IsFamily(prediction)) return FamilyMatches(gold, prediction);
        if (gold.Kind == NodeKind.Relation || prediction.Kind == NodeKind.Relation) return RelationsMatch(gold, prediction);
        if (gold.Kind == NodeKind.Text || prediction.Kind == NodeKind.Text) return TextMatches(gold, prediction);
        return gold.Kind switch
        {
            NodeKind.List => ListMatches(gold, prediction),
            NodeKind.Set => SetMatches(gold, prediction),
            NodeKind.Tuple => TupleMatches(gold, prediction),
            NodeKind.Union or NodeKind.Intersection or NodeKind.Difference => UnionMatches(gold, prediction),
            NodeKind.Matrix => MatrixMatches(gold, prediction),
            NodeKind.Ratio => RatioMatches(gold, prediction),
            _ => ScalarMatches(gold, prediction),
        };
    }

    /// <summary>A family against a member of it that does not say over which numbers its letter runs.</summary>
    private bool FamilyMatches(Node gold, Node prediction)
    {
        Node plain = Families.IsFamily(gold) ? prediction : gold;
        // A letter whose numbers are not told runs over all whole ones, not over the positive ones.
        if ((Families.IsFamily(gold) ? gold : prediction).Name[^1] != 'ℤ') return false;
        if (plain is { Kind: NodeKind.Relation, Name: "=", Arguments.Length: 2 } && Names.IsName(plain[0], meter)) plain = plain[1];
        if (!plain.IsScalar || Families.WithParameter(plain, meter) is not { } member) return false;
        return Families.IsFamily(gold) ? Matches(gold[0], member) : Matches(member, prediction[0]);
    }

    /// <summary>Whether a number is an approximation of the gold value: within one in a hundred.</summary>
    public static bool AreNear(Node gold, Node approximation, WorkMeter meter, int bits = 7)
    {
        if (approximation.Kind != NodeKind.Number || !gold.IsScalar || gold.HasSymbols) return false;
        var evaluator = new NumericEvaluator(SamplePoint.Constant, Real.StandardPrecision, 0, meter);
        if (evaluator.Evaluate(gold) is not { IsReal: true } exact || evaluator.Evaluate(approximation) is not { } near) return false;
        ComplexReal difference = exact.Add(near.Negate());
        return difference.IsZero || difference.Magnitude < exact.Magnitude - bits;
    }

    private Node Expand(Node node)
    {
        if (node.Kind is NodeKind.Number or NodeKind.Text or NodeKind.Symbol or NodeKind.List or NodeKind.Set) return node;
        return PlusMinusExpansion.TryExpand(node, meter) is { } pair ? Node.Of(NodeKind.List, pair.Upper, pair.Lower) : node;
    }

    /// <summary>
    /// One value for alternatives that all say the same, "7.5 or 15/2"; one quantity for parts of it, "5 hours and 30 minutes"; one symbol
    /// for all real numbers and for no element.
    /// </summary>
    private Node Collapse(Node node)
    {
        if (node is { Kind: NodeKind.Set, Arguments.Length: 0 }) return Node.Symbol("∅");
        if (RealSets.IsAllReals(node)) return Node.Symbol("ℝ");
        if (RealSets.IsNothing(node)) return Node.Symbol("∅");
        if (node.Kind is NodeKind.List or NodeKind.Set && Families.Of(node, meter) is { } family) return family;
        if (node.Kind is NodeKind.Union or NodeKind.Intersection or NodeKind.Difference && FiniteSet(node) is { } set) return set;
        if (node.Kind == NodeKind.List && RealSets.WithoutMemberships(node) is { } single) return single;
        if (node.Kind != NodeKind.List) return node;
        if (!node.Alternatives) return CompoundQuantity.TryJoin(node.Arguments) ?? node;
        for (int i = 1; i < node.Arguments.Length; i++)
        {
            if (!Matches(node[0], node[i])) return node;
        }
        return node[0];
    }

    /// <summary>The set that unions, intersections and differences of listed sets of constants leave; null for others.</summary>
    private Node? FiniteSet(Node node)
    {
        if (!Array.TrueForAll(node.Arguments, part => part.Kind == NodeKind.Set
            && Array.TrueForAll(part.Arguments, item => item.IsScalar && !item.HasSymbols)))
            return null;
        Node[] items = node[0].Arguments;
        foreach (Node other in node.Arguments.AsSpan(1))
        {
            items = node.Kind switch
            {
                NodeKind.Union => [.. items, .. other.Arguments],
                NodeKind.Difference => Array.FindAll(items, item => !Array.Exists(other.Arguments, same => _scalars.AreEqual(same, item))),
                _ => Array.FindAll(items, item => Array.Exists(other.Arguments, same => _scalars.AreEqual(same, item))),
            };
        }
        return items.Length == 0 ? Node.Symbol("∅") : Node.Of(NodeKind.Set, Distinct(items));
    }

    private static bool TextMatches(Node gold, Node prediction)
    {
        if (gold.Kind == prediction.Kind)
        {
            return gold.Name == prediction.Name || Plain(gold.Name) == Plain(prediction.Name)
                || (CalendarText.Date(gold.Name) is { } date && date == CalendarText.Date(prediction.Name))
                || IsYesOrNo(gold.Name, prediction.Name);
        }
        Node text = gold.Kind == NodeKind.Text ? gold : prediction;
        Node other = gold.Kind == NodeKind.Text ? prediction : gold;
        if (WordNumbers.Signed(text.Name) is { } number)
        {
            bool negative = other.Kind == NodeKind.Negate;
            Node size = negative ? other[0] : other;
            return size.Kind == NodeKind.Number && size.Value.Equals(new Rational(negative ? -number : number));
        }
        if (other.Kind == NodeKind.Symbol && other.Name.Length == 1
            && Plain(text.Name).Equals(other.Name, StringComparison.OrdinalIgnoreCase))
            return true;
        return other.Kind == NodeKind.Symbol
            && (other.Name == text.Name || (other.Name[0] == '"' && other.Name.AsSpan(1).SequenceEqual(text.Name)));
    }

    /// <summary>Words without an article, and the letter of a choice without the word for it.</summary>
    private static string Plain(string text)
    {
        foreach (string opening in (ReadOnlySpan<string>)["it is ", "it's ", "this is ", "the answer is "])
        {
            if (!text.StartsWith(opening, StringComparison.Ordinal)) continue;
            text = text[opening.Length..];
            break;
        }
        if (text.StartsWith("on ", StringComparison.Ordinal) && CalendarText.IsWeekday(text[3..])) return text[3..];
        foreach (string article in (ReadOnlySpan<string>)["the ", "a ", "an ", "option ", "choice ", "answer "])
        {
            bool choice = article.Length > 4;
            if (text.StartsWith(article, StringComparison.Ordinal) && (!choice || text.AsSpan(article.Length).Trim("()").Length == 1))
                return choice ? text[article.Length..].Trim('(', ')') : text[article.Length..];
        }
        return text;
    }

    /// <summary>"yes, it is possible" for yes: a word that decides, and a sentence that does not take it back.</summary>
    private static bool IsYesOrNo(string gold, string answer) =>
        gold is "yes" or "no" && answer.StartsWith(gold + ",", StringComparison.Ordinal)
        && (gold == "yes" ? !Statement.HasDoubt(answer.AsSpan(4)) : !answer.Contains("yes", StringComparison.Ordinal));

    private bool ScalarMatches(Node gold, Node prediction)
    {
        if (prediction is { Kind: NodeKind.List, Conjunction: true } && MixedNumber(prediction) is { } mixed && Matches(gold, mixed))
            return true;
        if (prediction.Kind == NodeKind.List)
            return IsDecimalComma(gold, prediction) || (gold.IsSymbol("ℝ") && DescribesSameSet(gold, prediction));
        if (prediction.Kind == NodeKind.Ratio) return RatioMatches(prediction, gold);
        prediction = Names.WithConstant(gold, prediction);
        // Bold R without \\mathbb.
        if (gold.IsSymbol("ℝ") && prediction.IsSymbol("R")) return true;
        if (prediction.Kind == NodeKind.Matrix && gold.Kind == NodeKind.Multiply) return ScaledMatrixMatches(gold, prediction);
        if (prediction is { Kind: NodeKind.Set, Arguments.Length: 1 } && !prediction[0].IsSymbol("∅") && prediction[0].Kind != NodeKind.Set)
            return Matches(gold, prediction[0]);
        return prediction.IsScalar
            ? _scalars.Matches(gold, prediction) || SameStructure(gold, prediction)
            : SameStructure(gold, prediction);
    }

    /// <summary>The sum of "5 and 1/2"; null for other lists.</summary>
    private static Node? MixedNumber(Node list) =>
        list.Arguments.Length == 2 && list[0].Kind == NodeKind.Number && list[0].Value.IsInteger
            && list[1] is { Kind: NodeKind.Divide } part
        && part[0].Kind == NodeKind.Number && part[1].Kind == NodeKind.Number && part[0].Value.Sign > 0
            && part[0].Value.CompareTo(part[1].Value) < 0
            ? Node.Number(list[0].Value + (part[0].Value / part[1].Value)) : null;

    /// <summary>
    /// "1000,99" for 1000.99 and "0,111" for 0.111, where the comma can be neither a thousands separator nor a natural list.
    /// </summary>
    private bool IsDecimalComma(Node value, Node list)
    {
        if (!value.IsScalar || value.HasSymbols || (value.Kind == NodeKind.Number && value.Value.IsInteger)) return false;
        if (list.Arguments.Length != 2 || list.Alternatives) return false;
        if (list[0].Kind != NodeKind.Number || list[1].Kind != NodeKind.Number) return false;
        (string whole, string decimals) = (list[0].Name, list[1].Name);
        bool plausible = whole.Length >= 4 || (whole == "0" && decimals.Length >= 3);
        return plausible && decimals.All(char.IsAsciiDigit) && whole.All(char.IsAsciiDigit)
            && _scalars.Matches(value, Node.Number(NumberReader.Value(whole + "." + decimals, meter), whole + "." + decimals));
    }

    private bool ListMatches(Node gold, Node prediction)
    {
        Node[] wanted = PlusMinusExpansion.Items(gold, meter);
        switch (prediction.Kind)
        {
            case NodeKind.List:
                if (RealSets.AreConditions(gold) && RealSets.AreConditions(prediction) && gold.Alternatives != prediction.Alternatives
                    && (gold.Conjunction || prediction.Conjunction))
                    return DescribesSameSet(gold, prediction);
                // "x = 4 or y = 7" leaves open which of them holds.
                if (prediction.Alternatives && !gold.Alternatives && Assignments.Names(prediction) is not null) return false;
                Node[] given = PlusMinusExpansion.Items(prediction, meter);
                if (Assignments.Names(gold) is not null && Assignments.Names(prediction) is null) return MatchOrdered(wanted, given);
                if (Assignments.Names(prediction) is not null && !Array.Exists(gold.Arguments, item => item.Kind == NodeKind.Relation)
                    && Assignments.InOrder(prediction) is { } values)
                    return MatchOrdered(wanted, values);
                return MatchOrdered(wanted, given) || (options.UnorderedLists && MatchUnordered(wanted, given))
                    || DescribesSameSet(gold, prediction);
            case NodeKind.Set:
                return Assignments.Names(gold) is null
                    && MatchUnordered(Distinct(wanted), Distinct(PlusMinusExpansion.Items(prediction, meter)));
            case NodeKind.Tuple when prediction.Name is "()" or "[]" && Assignments.InOrder(gold) is { } named:
                return MatchOrdered(named, prediction.Arguments);
            case NodeKind.Tuple when prediction.Name is "()" or "[]" && !RealSets.AreConditions(gold):
                return MatchOrdered(wanted, prediction.Arguments);
            case NodeKind.Union or NodeKind.Difference:
                return DescribesSameSet(gold, prediction);
            case NodeKind.Tuple:
                return DescribesSameSet(gold, prediction);
            default:
                return IsDecimalComma(prediction, gold) || SameStructure(gold, prediction);
        }
    }

    private bool SetMatches(Node gold, Node prediction)
    {
        Node[] wanted = PlusMinusExpansion.Items(gold, meter);
        if (prediction.Kind is NodeKind.Set or NodeKind.List)
            return MatchUnordered(Distinct(wanted), Distinct(PlusMinusExpansion.Items(prediction, meter)));
        return wanted.Length == 1 && prediction.IsScalar && Matches(wanted[0], prediction);
    }

    private bool TupleMatches(Node gold, Node prediction)
    {
        switch (prediction.Kind)
        {
            case NodeKind.Tuple:
                bool brackets = gold.Name == prediction.Name
                    || (gold.Arguments.Length > 2 && prediction.Name is "()" or "[]" && gold.Name is "()" or "[]");
                return brackets && MatchOrdered(gold.Arguments, prediction.Arguments);
            case NodeKind.List when gold.Name is "()" && !prediction.Alternatives:
                return MatchOrdered(gold.Arguments, Assignments.InOrder(prediction) ?? prediction.Arguments)
                    || DescribesSameSet(gold, prediction);
            case NodeKind.List:
                return DescribesSameSet(gold, prediction);
            case NodeKind.Matrix when IsVector(prediction):
                return gold.Name is "()" or "[]" && MatchOrdered(gold.Arguments, prediction.Arguments);
            default:
                return AsSet(prediction) is not null && !ReferenceEquals(AsSet(prediction), prediction)
                    && DescribesSameSet(gold, prediction);
        }
    }

    private static bool IsVector(Node matrix) =>
        matrix.Name.StartsWith("1×", StringComparison.Ordinal) || matrix.Name.EndsWith("×1", StringComparison.Ordinal);

    private bool UnionMatches(Node gold, Node prediction)
    {
        if (DescribesSameSet(gold, prediction)) return true;
        if (gold.Kind != prediction.Kind) return false;
        return gold.Kind == NodeKind.Difference
            ? MatchOrdered(gold.Arguments, prediction.Arguments)
            : MatchUnordered(gold.Arguments, prediction.Arguments);
    }

    private bool MatrixMatches(Node gold, Node prediction)
    {
        if (prediction.Kind == NodeKind.Matrix) return gold.Name == prediction.Name && MatchOrdered(gold.Arguments, prediction.Arguments);
        if (prediction.Kind == NodeKind.Multiply) return ScaledMatrixMatches(prediction, gold);
        if (prediction is { Kind: NodeKind.Function, Name: "binom" } && gold.Name == "2×1")
            return MatchOrdered(gold.Arguments, prediction.Arguments);
        if (prediction.Kind == NodeKind.Power && prediction[1].IsSymbol("T") && gold.Name.EndsWith("×1", StringComparison.Ordinal)
            && prediction[0].Kind is NodeKind.Matrix or NodeKind.Tuple
            && !prediction[0].Name.EndsWith("×1", StringComparison.Ordinal) && prediction[0].Arguments.Length == gold.Arguments.Length)
            return MatchOrdered(gold.Arguments, prediction[0].Arguments);
        if (prediction.Kind == NodeKind.Tuple && Array.TrueForAll(prediction.Arguments, row => row.Kind == NodeKind.Tuple)
            && gold.Name == $"{prediction.Arguments.Length}×{prediction[0].Arguments.Length}")
            return MatchOrdered(gold.Arguments, [.. prediction.Arguments.SelectMany(row => row.Arguments)]);
        return prediction.Kind is NodeKind.Tuple or NodeKind.List && prediction.Name is "()" or "[]" && IsVector(gold)
            && MatchOrdered(gold.Arguments, prediction.Arguments);
    }

    /// <summary>c·M against a matrix, entry by entry.</summary>
    private bool ScaledMatrixMatches(Node product, Node matrix)
    {
        Node? inner = Array.Find(product.Arguments, part => part.Kind == NodeKind.Matrix);
        if (inner is null || inner.Name != matrix.Name) return false;
        Node[] factors = Array.FindAll(product.Arguments, part => part.Kind != NodeKind.Matrix);
        if (factors.Length + 1 != product.Arguments.Length) return false;
        Node[] scaled = Array.ConvertAll(inner.Arguments, cell => Node.Of(NodeKind.Multiply, [.. factors, cell]));
        return MatchOrdered(matrix.Arguments, scaled);
    }

    private bool RatioMatches(Node gold, Node prediction)
    {
        if (prediction.Kind == NodeKind.Ratio)
        {
            if (gold.Arguments.Length != prediction.Arguments.Length) return false;
            if (MatchOrdered(gold.Arguments, prediction.Arguments)) return true;
            if (Array.Exists([.. gold.Arguments, .. prediction.Arguments], part => part.Kind == NodeKind.Quantity)) return false;
            for (int i = 1; i < gold.Arguments.Length; i++)
            {
                // a : b = c : d for non-zero terms; 12:00 and 1:00 are times of day.
                if (IsZero(gold[i]) || IsZero(prediction[i])) return false;
                Node left = Node.Of(NodeKind.Multiply, gold[0], prediction[i]);
                Node right = Node.Of(NodeKind.Multiply, gold[i], prediction[0]);
                if (!left.IsScalar || !_scalars.AreEqual(left, right)) return false;
            }
            return true;
        }
        // A ratio of parts that have units, or are percentages, is no number.
        return gold.Arguments.Length == 2 && prediction.IsScalar && !IsZero(gold[1])
            && !Array.Exists(gold.Arguments, part => part.Kind is NodeKind.Quantity or NodeKind.Percent or NodeKind.Degree)
            && _scalars.Matches(Node.Of(NodeKind.Divide, gold.Arguments), prediction);
    }

    private static bool IsZero(Node node) => node.Kind == NodeKind.Number && node.Value.IsZero;

    private bool MatchOrdered(Node[] wanted, Node[] given)
    {
        if (wanted.Length != given.Length) return false;
        for (int i = 0; i < wanted.Length; i++)
        {
            if (!Matches(wanted[i], given[i])) return false;
        }
        return true;
    }

    private bool MatchUnordered(Node[] wanted, Node[] given)
    {
        if (wanted.Length != given.Length) return false;
        var left = new List<Node>(given);
        foreach (Node item in wanted)
        {
            int found = left.FindIndex(candidate => Matches(item, candidate));
            if (found < 0) return false;
            left.RemoveAt(found);
        }
        return true;
    }

    private Node[] Distinct(Node[] items)
    {
        var distinct = new List<Node>(items.Length);
        foreach (Node item in items)
        {
            if (!distinct.Exists(seen => Matches(seen, item))) distinct.Add(item);
        }
        return distinct.Count == items.Length ? items : [.. distinct];
    }

    /// <summary>The same tree with equal parts, for structures without a value of their own.</summary>
    private bool SameStructure(Node a, Node b)
    {
        meter.Charge(1);
        if (a.Kind != b.Kind || a.Name != b.Name || a.Arguments.Length != b.Arguments.Length) return false;
        if (a.Kind is NodeKind.Number or NodeKind.Based) return a.Value.Equals(b.Value);
        for (int i = 0; i < a.Arguments.Length; i++)
        {
            if (!SameStructure(a[i], b[i])) return false;
        }
        return a.Arguments.Length > 0 || a.Kind is NodeKind.Symbol or NodeKind.Text or NodeKind.Empty or NodeKind.Set;
    }
}
