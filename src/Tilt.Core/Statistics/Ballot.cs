using Tilt.Rollouts;

namespace Tilt.Statistics;

/// <summary>The votes that the samples of one problem would cast: how many for each answer, and how many abstain.</summary>
internal sealed class Ballot
{
    private readonly List<int> _counts = [];
    private readonly List<bool> _correct = [];
    private readonly int[] _answerOf;
    private readonly int _abstentions;

    public Ballot(IReadOnlyList<string?> answers, IReadOnlyList<bool> correct, AbstentionRule rule)
    {
        _answerOf = new int[answers.Count];
        Dictionary<string, int> index = new(StringComparer.Ordinal);
        int unreadable = -1;
        for (int sample = 0; sample < answers.Count; sample++)
        {
            int answer;
            if (answers[sample] is { } text)
            {
                if (!index.TryGetValue(text, out answer)) index[text] = answer = Add(correct[sample]);
                if (this._correct[answer] != correct[sample])
                    throw new ArgumentException($"The answer '{text}' to one problem was judged both right and wrong.", nameof(correct));
            }
            else if (rule == AbstentionRule.Abstain)
            {
                _abstentions++;
                _answerOf[sample] = -1;
                continue;
            }
            else
            {
                if (unreadable < 0) unreadable = Add(false);
                answer = unreadable;
            }

            _counts[answer]++;
            _answerOf[sample] = answer;
        }
    }

    /// <summary>
    /// The exact probability: over every right answer w and number of votes v for it, the number of subsets in which w has v votes and no
    /// other answer more, each weighted by 1/(1 + answers that tie), divided by the number of subsets.
    /// </summary>
    public double ProbabilityCorrect(int k)
    {
        double ways = 0;
        for (int winner = 0; winner < _counts.Count; winner++)
        {
            if (!_correct[winner]) continue;
            for (int votes = 1; votes <= Math.Min(k, _counts[winner]); votes++)
                ways += Binomial(_counts[winner], votes) * WaysOfTheOthers(winner, votes, k - votes);
        }
        return Math.Clamp(ways / Binomial(_answerOf.Length, k), 0, 1);
    }

    public double SampledProbabilityCorrect(int k, int subsets, RandomStream random)
    {
        int[] order = [.. Enumerable.Range(0, _answerOf.Length)];
        int[] tally = new int[_counts.Count];
        double sum = 0;
        uint position = 0;
        for (int subset = 0; subset < subsets; subset++)
        {
            Array.Clear(tally);
            for (int i = 0; i < k; i++)
            {
                int j = i + random.Below(order.Length - i, position++);
                (order[i], order[j]) = (order[j], order[i]);
                int answer = _answerOf[order[i]];
                if (answer >= 0) tally[answer]++;
            }
            sum += ShareOfRightWinners(tally);
        }
        return sum / subsets;
    }

    private double ShareOfRightWinners(int[] tally)
    {
        int most = tally.DefaultIfEmpty(0).Max(), winners = 0, right = 0;
        if (most == 0) return 0;
        for (int answer = 0; answer < tally.Length; answer++)
        {
            if (tally[answer] != most) continue;
            winners++;
            if (_correct[answer]) right++;
        }
        return (double)right / winners;
    }

    // ways[drawn, ties]: subsets of the answers seen so far with that many samples and that many answers at exactly `votes`.
    private double WaysOfTheOthers(int winner, int votes, int draw)
    {
        int mostTies = draw / votes;
        double[,] ways = new double[draw + 1, mostTies + 1];
        ways[0, 0] = 1;
        for (int answer = 0; answer < _counts.Count; answer++)
            if (answer != winner) ways = Extend(ways, _counts[answer], votes);
        double sum = 0;
        for (int drawn = Math.Max(0, draw - _abstentions); drawn <= draw; drawn++)
            for (int ties = 0; ties <= mostTies; ties++)
                sum += ways[drawn, ties] * Binomial(_abstentions, draw - drawn) / (1 + ties);
        return sum;
    }

    private static double[,] Extend(double[,] ways, int count, int votes)
    {
        int draw = ways.GetLength(0) - 1, mostTies = ways.GetLength(1) - 1;
        double[,] extended = new double[draw + 1, mostTies + 1];
        for (int take = 0; take <= Math.Min(Math.Min(count, votes), draw); take++)
        {
            double choices = Binomial(count, take);
            int tie = take == votes ? 1 : 0;
            for (int drawn = 0; drawn + take <= draw; drawn++)
                for (int ties = 0; ties + tie <= mostTies; ties++)
                    extended[drawn + take, ties + tie] += ways[drawn, ties] * choices;
        }
        return extended;
    }

    private int Add(bool right)
    {
        _counts.Add(0);
        _correct.Add(right);
        return _counts.Count - 1;
    }

    private static double Binomial(int n, int k)
    {
        double result = 1;
        for (int i = 1; i <= Math.Min(k, n - k); i++) result = result * (n - i + 1) / i;
        return k < 0 || k > n ? 0 : result;
    }
}
