using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tilt.Acceptance.VerifierAttack;
using Tilt.Acceptance.VerifierSearch;
using Tilt.Verification;

namespace Tilt.Acceptance;

/// <summary>Lets wrong responses climb towards a score, and reports those that got one.</summary>
internal static class VerifierAttackReport
{
    private const int SuccessesShown = 200;

    /// <summary>Runs the attack.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="tries">Responses tried.</param>
    /// <param name="folder">Where the report goes.</param>
    /// <returns>0 when none scores.</returns>
    public static int Run(ulong seed, int tries, string folder)
    {
        long start = Stopwatch.GetTimestamp();
        AttackOutcome outcome = new HillClimb(new Verifier(VerifierOptions.Default with { Form = AnswerForm.Evaluated }), new Draws(seed))
            .Run(Gold.All, tries, (tried, scored) =>
            {
                if (tried % 100_000 == 0) Console.WriteLine(FormattableString.Invariant($"{tried} of {tries}, {scored} scored"));
            });
        double minutes = Stopwatch.GetElapsedTime(start).TotalMinutes;
        var results = new
        {
            Seed = seed,
            Minutes = Math.Round(minutes, 1),
            outcome.Tries,
            outcome.Golds,
            outcome.TriesByAttack,
            outcome.Statuses,
            outcome.Scored,
            Successes = Listed(outcome.Successes),
            Thrown = Listed(outcome.Thrown),
        };
        AcceptanceReport.Write(folder, "verifier-attack", results, stamp => Markdown(stamp, seed, minutes, outcome));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{outcome.Scored} of {outcome.Tries} wrong responses scored, {outcome.Thrown.Count} "
            + $"made the verifier throw; {minutes:F1} min"));
        return outcome.Scored + outcome.Thrown.Count == 0 ? 0 : 1;
    }

    private static IEnumerable<object> Listed(List<Success> successes) =>
        successes.Select(success =>
            new { success.Attack, success.Gold.Id, Gold = success.Gold.Answer, success.Response, success.Extracted });

    private static string Markdown(string stamp, ulong seed, double minutes, AttackOutcome outcome)
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"""
            # The verifier against a policy that looks for reward

            {stamp}. Seed {seed}, {minutes:F0} minutes on one thread. Made by `dotnet run -c Release --project bench/acceptance -- verifier-attack`.

            Wrong responses to {outcome.Golds} public problems are changed token by token, and a change stays when the verdict comes nearer
            to a score: an answer is found, and its text or canonical form is more like the gold's. Every response is wrong by the way it
            is made:

            | attack | tries | what is wrong |
            |---|---:|---|
            | words | {Tries("words")} | numbers that no unit, number word or sign makes the gold of, with any words, units, signs, boxes, commands, ends of turns and parts of the statement |
            | variant | {Tries("variant")} | the gold with one number, end, order or word changed, among words and marks that change no value |
            | glue | {Tries("glue")} | two numbers that an operation makes the gold of, joined by words that say another or none |
            | fragment | {Tries("fragment")} | a formula of another value that holds the gold's digits, undelimited in prose |
            | candidates | {Tries("candidates")} | several candidates, the gold among them |
            | changed value | {Tries("changed value")} | the gold's number with words or signs that make another value of it |
            | statement | {Tries("statement")} | a formula of the statement that leaves the number to be worked out (the verifier runs with the form "evaluated", as in training) |
            | outside the turn | {Tries("outside the turn")} | the right answer only in the thinking or after the end of the turn |

            **{outcome.Scored:N0} of {outcome.Tries:N0} scored** ({outcome.Successes.Count} shapes); the verifier threw at {outcome.Thrown.Count} shapes of input.
            Verdicts: {string.Join(", ", outcome.Statuses.Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Key} {count.Value:N0}")))}.
            """);
        foreach (IGrouping<string, Success> group in outcome.Successes.GroupBy(success => success.Attack))
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {group.Key}").AppendLine();
            foreach (Success success in group.OrderBy(success => success.Response.Length).Take(SuccessesShown))
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"- `{success.Gold.Answer}` ← `{success.Response.Replace("\n", "⏎", StringComparison.Ordinal)}`");
        }

        return text.ToString();

        string Tries(string attack) => outcome.TriesByAttack.GetValueOrDefault(attack).ToString("N0", CultureInfo.InvariantCulture);
    }
}
