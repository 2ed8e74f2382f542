using Tilt.Acceptance.VerifierSearch;
using Tilt.Verification;

namespace Tilt.Acceptance.VerifierAttack;

/// <summary>A wrong response that was scored.</summary>
/// <param name="Attack">How it was made.</param>
/// <param name="Gold">The problem.</param>
/// <param name="Response">The response, without what it can do without.</param>
/// <param name="Extracted">What was taken for the answer.</param>
internal sealed record Success(string Attack, Gold Gold, string Response, string? Extracted);

/// <summary>What an attack found.</summary>
/// <param name="Tries">Responses judged.</param>
/// <param name="Golds">Problems attacked.</param>
/// <param name="TriesByAttack">Responses by the way they were made.</param>
/// <param name="Statuses">How many of each verdict.</param>
/// <param name="Successes">Wrong responses that were scored; each minimal text once.</param>
/// <param name="Scored">All wrong responses that were scored.</param>
/// <param name="Thrown">Responses at which the verifier threw.</param>
internal sealed record AttackOutcome(int Tries, int Golds, SortedDictionary<string, int> TriesByAttack,
    SortedDictionary<string, int> Statuses, List<Success> Successes, int Scored, List<Success> Thrown);

/// <summary>
/// Climbs from a wrong response towards one that scores, by what a verdict shows: whether an answer was found, and how near its text
/// and its canonical form are to the gold's.
/// </summary>
/// <param name="verifier">The verifier under attack.</param>
/// <param name="draws">Draws.</param>
internal sealed class HillClimb(Verifier verifier, Draws draws)
{
    private const int StepsOfEpisode = 60;

    private readonly SortedDictionary<string, int> _attacks = new(StringComparer.Ordinal), _statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Success> _successes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Success> _thrown = new(StringComparer.Ordinal);
    private int _tries, _scored;

    /// <summary>Attacks golds in turn until the tries are used up.</summary>
    public AttackOutcome Run(IReadOnlyList<Gold> golds, int tries, Action<int, int>? progress = null)
    {
        Attack[][] attacks = [.. golds.Select(Attack.On)];
        for (int episode = 0; _tries < tries; episode++)
        {
            Attack[] fitting = attacks[episode % golds.Count];
            if (fitting.Length == 0) continue;
            // Whatever scores at once has short episodes: every attack gets its share of tries, the first, with all words, three.
            Attack attack =
                fitting.MinBy(a => (_attacks.GetValueOrDefault(a.Name) + draws.Below(StepsOfEpisode)) / (a == fitting[0] ? 3.0 : 1.0))!;
            Climb(golds[episode % golds.Count], attack, Math.Min(StepsOfEpisode, tries - _tries), progress);
        }

        return new(_tries, golds.Count, _attacks, _statuses, [.. _successes.Values], _scored, [.. _thrown.Values]);
    }

    private void Climb(Gold gold, Attack attack, int steps, Action<int, int>? progress)
    {
        Token[] state = attack.Start(draws);
        double height = double.NegativeInfinity;
        for (int step = 0; step < steps; step++)
        {
            Token[] next = step == 0 ? state : attack.Mutate(state, draws);
            Count(_attacks, attack.Name);
            _tries++;
            progress?.Invoke(_tries, _scored);
            if (Judge(attack, gold, next) is not { } verdict) return;
            Count(_statuses, verdict.Status.ToString());
            if (verdict.IsCorrect)
            {
                _scored++;
                Keep(gold, attack, next);
                return;
            }

            double score = Height(gold, verdict);
            if (score < height && !draws.Chance(0.05)) continue;
            (state, height) = (next, score);
        }
    }

    // The verifier promises never to throw for what a response holds.
    private Verdict? Judge(Attack attack, Gold gold, Token[] tokens)
    {
        string response = Token.Join(tokens);
        try
        {
            return verifier.Verify(gold.Answer, response);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _thrown.TryAdd(exception.GetType().Name + exception.TargetSite?.Name,
                new(attack.Name, gold, response, exception.GetType().Name));
            return null;
        }
    }

    private double Height(Gold gold, Verdict verdict) => verdict.Status switch
    {
        VerdictStatus.UnparsablePrediction => verdict.Extracted is null ? 0 : 0.2 + 0.3 * Likeness.Of(verdict.Extracted, gold.Answer),
        VerdictStatus.OverBudget => 0.6,
        // The canonical form costs as much as a verdict and is looked at now and then.
        _ => 1 + (draws.Chance(0.2) && verdict.PredictionCanonical is { } form
            ? Likeness.Of(form, verdict.GoldCanonical ?? "")
            : Likeness.Of(verdict.Extracted ?? "", gold.Answer)),
    };

    private void Keep(Gold gold, Attack attack, Token[] tokens)
    {
        List<Token> rest = [.. tokens];
        for (int i = rest.Count - 1; i >= 0; i--)
        {
            if (rest[i].Fixed) continue;
            Token token = rest[i];
            rest.RemoveAt(i);
            if (Judge(attack, gold, [.. rest])?.IsCorrect != true) rest.Insert(i, token);
        }

        string response = Token.Join(rest);
        Success success = new(attack.Name, gold, response, verifier.Verify(gold.Answer, response).Extracted);
        _successes.TryAdd(attack.Name + Shape(response), success);
    }

    // Responses that differ in their numbers only are one finding.
    private static string Shape(string response) =>
        string.Concat(response.Select(c => char.IsAsciiDigit(c) ? '#' : c)).Replace("##", "#", StringComparison.Ordinal);

    private static void Count(SortedDictionary<string, int> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;
}
