using Tilt.Verification.Extraction;
using Tilt.Verification.Matching;
using Tilt.Verification.Numbers;
using Tilt.Verification.Syntax;

namespace Tilt.Verification;

/// <summary>
/// Judges answers to mathematical problems. Two relations: <see cref="Matches"/> is directed, a prediction against a gold answer;
/// <see cref="AreEquivalent"/> is an equivalence of answers and makes the classes of majority voting. Thread-safe; never throws for
/// what an answer contains; the same input always gets the same verdict.
/// </summary>
/// <param name="options">How answers are found and compared; defaults when null.</param>
public sealed class Verifier(VerifierOptions? options = null)
{
    private const int LongestShortGold = 60;

    /// <summary>The options in force.</summary>
    public VerifierOptions Options { get; } = options ?? VerifierOptions.Default;

    /// <summary>Extracts the answer of a response and compares it with the gold, which may itself stand in a box or a solution.</summary>
    public Verdict Verify(string gold, string response)
    {
        ArgumentNullException.ThrowIfNull(gold);
        ArgumentNullException.ThrowIfNull(response);
        if (gold.Length > 0 && response.AsSpan().Trim().SequenceEqual(gold.AsSpan().Trim())
            && AnswerExtractor.Extract(response, Options).Text is not null)
            return Identical(gold, gold.Trim(), ExtractionRule.Whole);
        ExtractedAnswer wanted = ExtractGold(gold);
        ExtractedAnswer given = AnswerExtractor.Extract(response, Options);
        if (wanted.Text is null) return new(VerdictStatus.UnparsableGold, "The gold answer is empty.", given.Text, given.Rule);
        if (given.Text is null) return new(VerdictStatus.UnparsablePrediction, "The response holds no answer.", null, given.Rule);
        if (given.Text == gold.Trim()) return Identical(given.Text, given.Text, given.Rule);
        return Compare(wanted.Text, given.Text, given.Rule);
    }

    /// <summary>Judges many responses, in their order, on as many threads as <paramref name="parallelism"/> allows.</summary>
    /// <param name="pairs">Gold and response of each.</param>
    /// <param name="parallelism">Most threads; default 1.</param>
    public Verdict[] VerifyAll(IReadOnlyList<(string Gold, string Response)> pairs, int parallelism = 1)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var verdicts = new Verdict[pairs.Count];
        if (parallelism <= 1)
        {
            for (int i = 0; i < verdicts.Length; i++) verdicts[i] = Verify(pairs[i].Gold, pairs[i].Response);
        }
        else
        {
            Parallel.For(0, verdicts.Length, new ParallelOptions { MaxDegreeOfParallelism = parallelism },
                i => verdicts[i] = Verify(pairs[i].Gold, pairs[i].Response));
        }
        return verdicts;
    }

    /// <summary>Whether an answer, already extracted, matches a gold answer.</summary>
    public bool Matches(string gold, string answer)
    {
        ArgumentNullException.ThrowIfNull(gold);
        ArgumentNullException.ThrowIfNull(answer);
        return Compare(gold, answer, ExtractionRule.Whole).IsCorrect;
    }

    /// <summary>
    /// Whether two answers say the same: their texts or their canonical forms are equal. Reflexive, symmetric and transitive, also for
    /// answers that cannot be parsed.
    /// </summary>
    public bool AreEquivalent(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return first == second || Canonicalize(first) == Canonicalize(second);
    }

    /// <summary>The canonical form that equivalent answers share; the cleaned text where the answer has no other form.</summary>
    public string Canonicalize(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.Length > Options.Budget.MaxAnswerLength) return "\"" + answer;
        string clean = AnswerReader.Clean(answer);
        try
        {
            var meter = new WorkMeter(Options.Budget);
            return AnswerReader.Read(clean, meter, false, out _) is { } tree ? new CanonicalForm(Options, meter).Of(tree) : "\"" + clean;
        }
        catch (OverBudgetException)
        {
            return "\"" + clean;
        }
    }

    /// <summary>Whether the gold answer can be read at all; a problem whose gold cannot should be rejected at load.</summary>
    public bool CanReadGold(string gold)
    {
        ArgumentNullException.ThrowIfNull(gold);
        try
        {
            return ExtractGold(gold).Text is { } text
                && ReadGold(AnswerReader.Clean(text), new WorkMeter(Options.Budget), out _) is not null;
        }
        catch (OverBudgetException)
        {
            return false;
        }
    }

    private ExtractedAnswer ExtractGold(string gold)
    {
        int open = gold.IndexOf("\\boxed{", StringComparison.Ordinal);
        if (open >= 0 && gold.IndexOf('}', open) < 0) return new(gold[(open + 7)..], ExtractionRule.Box);
        if (gold.Contains("box", StringComparison.Ordinal) || gold.Contains("####", StringComparison.Ordinal))
            return AnswerExtractor.Extract(gold, Options);
        // A whole sentence is the answer; only what it calls the answer itself is taken out of it.
        if (gold.Length > LongestShortGold && !gold.Contains(" if ", StringComparison.Ordinal)
            && !gold.Contains("otherwise", StringComparison.Ordinal)
            && AnswerExtractor.Extract(gold, Options) is { Rule: ExtractionRule.AnswerPhrase, Text: not null } phrase)
            return phrase;
        return string.IsNullOrWhiteSpace(gold) ? default : new(gold, ExtractionRule.Whole);
    }

    private Verdict Compare(string gold, string answer, ExtractionRule rule)
    {
        int longest = Options.Budget.MaxAnswerLength;
        if (gold.Length > longest || answer.Length > longest) return CompareLong(gold, answer, rule);
        string wanted = AnswerReader.Clean(gold);
        string given = AnswerReader.Clean(answer);
        if (wanted.Length == 0) return new(VerdictStatus.UnparsableGold, "The gold answer is empty.", answer, rule);
        if (given.Length == 0) return new(VerdictStatus.UnparsablePrediction, "The answer is empty.", answer, rule);
        if (wanted == given) return Identical(wanted, answer, rule);
        var meter = new WorkMeter(Options.Budget);
        try
        {
            Node? goldTree = ReadGold(wanted, meter, out bool ambiguousGold);
            if (goldTree is null)
                return new(VerdictStatus.UnparsableGold, "The gold answer is neither mathematics nor words.", answer, rule);
            Node? tree = AnswerReader.Read(given, meter, false, out bool ambiguous);
            if (goldTree.Kind == NodeKind.Based && BaseSpelling.IsSpelling(goldTree.Name, given)) return Identical(wanted, answer, rule);
            if (goldTree.Kind == NodeKind.Text && gold.Contains('$', StringComparison.Ordinal) && Readings.SameWords(wanted, given))
                return Identical(wanted, answer, rule);
            if (tree is not null && (MatchesTree(goldTree, tree, meter)
                || ((ambiguousGold || ambiguous) && MatchesAsLists(wanted, given, goldTree, tree, meter))))
                return Right(answer, rule, goldTree, tree, meter);
            foreach (string[] parts in Readings.Of(given, IsChoice(goldTree), IsChoices(goldTree)))
            {
                if (MatchesAll(goldTree, parts, meter) is { } read) return Right(answer, rule, goldTree, read, meter);
            }
            return tree is null
                ? new(VerdictStatus.UnparsablePrediction, "The answer is neither mathematics nor words.", answer, rule)
                : Judged(false, answer, rule, goldTree, tree);
        }
        catch (OverBudgetException exception)
        {
            return new(VerdictStatus.OverBudget, $"Judging would take more than the budget allows ({exception.Message}).", answer, rule);
        }
    }

    /// <summary>The gold's tree; a sentence that is no mathematics stands for itself.</summary>
    private static Node? ReadGold(string clean, WorkMeter meter, out bool ambiguous) =>
        AnswerReader.Read(clean, meter, false, out ambiguous)
        ?? (Prose.IsProse(clean) ? Node.Named(NodeKind.Text, TextAnswer.Normalize(clean)) : null);

    private bool MatchesTree(Node gold, Node prediction, WorkMeter meter)
    {
        (gold, prediction) = FunctionLetters.Settle(gold, prediction, meter);
        return new AnswerMatcher(Options, meter).Matches(gold, prediction);
    }

    /// <summary>Whether the gold is the letter of a choice.</summary>
    private static bool IsChoice(Node gold) =>
        gold.Kind is NodeKind.Symbol or NodeKind.Text && gold.Name.Trim('(', ')', '"').Length == 1
        && char.IsLetter(gold.Name.Trim('(', ')', '"')[0]);

    /// <summary>Whether the gold lists letters of choices.</summary>
    private static bool IsChoices(Node gold) =>
        gold.Kind is NodeKind.List or NodeKind.Set && gold.Arguments.Length > 1 && Array.TrueForAll(gold.Arguments, IsChoice);

    /// <summary>The tree of the first part when all parts of a reading match; a part that begins with ≈ need only be near.</summary>
    private Node? MatchesAll(Node gold, string[] parts, WorkMeter meter)
    {
        Node? first = null;
        foreach (string part in parts)
        {
            bool approximate = part.StartsWith('≈');
            if (AnswerReader.Read(AnswerReader.Clean(approximate ? part[1..] : part), meter, false, out _) is not { } tree) return null;
            if (approximate ? !AnswerMatcher.AreNear(gold, tree, meter) : !MatchesTree(gold, tree, meter)) return null;
            first ??= tree;
        }
        return first;
    }

    /// <summary>The verdict on an answer that is the gold letter by letter, whether or not it can be parsed.</summary>
    private Verdict Identical(string text, string answer, ExtractionRule rule) =>
        new(VerdictStatus.Correct, "The answer is the gold answer.", answer, rule, () =>
        {
            string canonical = Canonicalize(text);
            return (canonical, canonical);
        });

    private static Verdict CompareLong(string gold, string answer, ExtractionRule rule) => gold == answer
        ? new(VerdictStatus.Correct, "The answer is the gold answer.", answer, rule)
        : new(VerdictStatus.OverBudget, "Judging would take more than the budget allows (length of the answer).", answer, rule);

    /// <summary>The verdict on a right value, which may still stand in a form that does not count.</summary>
    private Verdict Right(string answer, ExtractionRule rule, Node gold, Node prediction, WorkMeter meter) =>
        Options.Form == AnswerForm.Any || EvaluatedForm.Holds(gold, prediction, meter)
            ? Judged(true, answer, rule, gold, prediction)
            : new(
                VerdictStatus.Incorrect,
                "The answer leaves a calculation to be done where the gold is a number; the form 'evaluated' asks for its value.",
                answer,
                rule,
                () => (new CanonicalForm(Options, new WorkMeter(Options.Budget)).TryOf(gold),
                    new CanonicalForm(Options, new WorkMeter(Options.Budget)).TryOf(prediction)));

    private Verdict Judged(bool correct, string answer, ExtractionRule rule, Node gold, Node prediction) => new(
        correct ? VerdictStatus.Correct : VerdictStatus.Incorrect,
        correct
            ? "The answer means the same as the gold, in a form that the gold allows."
            : "The answer and the gold differ in value or kind.",
        answer,
        rule,
        () => (new CanonicalForm(Options, new WorkMeter(Options.Budget)).TryOf(gold),
            new CanonicalForm(Options, new WorkMeter(Options.Budget)).TryOf(prediction)));

    /// <summary>
    /// Second reading of "100,200": two items rather than one number, where every group has three digits and none begins with zero. Next to
    /// a number with separators only a set reads as a list.
    /// </summary>
    private bool MatchesAsLists(string gold, string answer, Node goldTree, Node tree, WorkMeter meter)
    {
        Node? goldList = HasListGroups(gold) ? AnswerReader.Read(gold, meter, true, out _) : null;
        Node? list = HasListGroups(answer) ? AnswerReader.Read(answer, meter, true, out _) : null;
        var matcher = new AnswerMatcher(Options, meter);
        return (goldList is not null && goldTree.Kind != NodeKind.List && tree.Kind is not NodeKind.Number
            && (tree.Kind == NodeKind.Set || goldTree.Kind != NodeKind.Number) && matcher.Matches(goldList, tree))
            || (list is not null && goldTree.Kind is not NodeKind.Number && matcher.Matches(goldTree, list));
    }

    private static bool HasListGroups(string text)
    {
        for (int comma = text.IndexOf(','); comma >= 0; comma = text.IndexOf(',', comma + 1))
        {
            int start = comma;
            while (start > 0 && char.IsAsciiDigit(text[start - 1])) start--;
            int end = comma + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
            if (start < comma && end > comma + 1 && (comma - start < 3 || text[comma + 1] == '0')) return false;
        }
        return true;
    }
}
