using Tilt.Exact;
using Tilt.Inference.Methods.Responses;

namespace Tilt.Inference.Tests.Methods;

internal delegate double AcceptanceRule(double alpha, ResponseSuffix current, ResponseSuffix proposed);

/// <summary>
/// The transition matrix of one move of power sampling, by enumeration of positions and proposals, and what chains of moves make of it.
/// </summary>
internal static class PowerTransition
{
    public static double[,] Matrix(
        TabularLanguageModel model, ResponseSpace space, int[] prompt, double alpha, double temperature, AcceptanceRule acceptance)
    {
        int[][] responses = [.. space.Responses.Select(response => response.ResponseIds)];
        TabularLanguageModel proposal = model.Tempered(temperature);
        double[][] p = Array.ConvertAll(responses, response => model.TokenLogProbabilities(prompt, response));
        double[][] q = Array.ConvertAll(responses, response => proposal.TokenLogProbabilities(prompt, response));
        var transition = new double[responses.Length, responses.Length];
        for (int from = 0; from < responses.Length; from++)
        {
            double stay = 1;
            int length = responses[from].Length;
            for (int position = 0; position < length; position++)
            {
                ResponseSuffix current = Suffix(p[from], q[from], position);
                for (int to = 0; to < responses.Length; to++)
                {
                    if (to == from || !SharePrefix(responses[from], responses[to], position)) continue;
                    ResponseSuffix proposed = Suffix(p[to], q[to], position);
                    double move = Math.Exp(proposed.ProposalLogProbability) / length * acceptance(alpha, current, proposed);
                    transition[from, to] += move;
                    stay -= move;
                }
            }
            transition[from, from] = stay;
        }
        return transition;
    }

    public static double[] Apply(double[] law, double[,] transition)
    {
        double[] result = new double[law.Length];
        for (int from = 0; from < law.Length; from++)
        {
            for (int to = 0; to < law.Length; to++) result[to] += law[from] * transition[from, to];
        }
        return result;
    }

    public static double RowSumError(double[,] transition)
    {
        double worst = 0;
        for (int from = 0; from < transition.GetLength(0); from++)
        {
            double sum = 0;
            for (int to = 0; to < transition.GetLength(1); to++)
            {
                sum += transition[from, to];
                worst = Math.Max(worst, -transition[from, to]);
            }
            worst = Math.Max(worst, Math.Abs(sum - 1));
        }
        return worst;
    }

    public static double BalanceError(double[,] transition, double[] target)
    {
        double worst = 0;
        for (int from = 0; from < target.Length; from++)
        {
            for (int to = 0; to < target.Length; to++)
                worst = Math.Max(worst, Math.Abs(target[from] * transition[from, to] - target[to] * transition[to, from]));
        }
        return worst;
    }

    public static double StationarityError(double[,] transition, double[] target) =>
        Apply(target, transition).Zip(target, (after, before) => Math.Abs(after - before)).Max();

    /// <summary>Law of a chain after all stages, by enumeration: the proposal's law, extended and moved stage by stage.</summary>
    public static double[] LawOfChain(TabularLanguageModel model, ResponseSpace space, int[] prompt, double alpha, int blocks, int moves,
        int limit, AcceptanceRule rule)
    {
        TabularLanguageModel proposal = model.Tempered(1 / alpha);
        int block = (limit + blocks - 1) / blocks;
        ResponseSpace? before = null;
        double[] law = [];
        for (int end = Math.Min(block, limit); ; end = Math.Min(end + block, limit))
        {
            ResponseSpace stage = end == limit ? space : ResponseSpace.Enumerate(model, prompt, end);
            double[] extended = new double[stage.Responses.Count];
            for (int i = 0; i < extended.Length; i++) extended[i] = Extended(proposal, prompt, before, law, stage.Responses[i].ResponseIds);
            law = extended;
            double[,] transition = Matrix(model, stage, prompt, alpha, 1 / alpha, rule);
            for (int move = 0; move < moves; move++) law = Apply(law, transition);
            if (end == limit) return law;
            before = stage;
        }
    }

    private static double Extended(TabularLanguageModel proposal, int[] prompt, ResponseSpace? before, double[] law, int[] response)
    {
        double[] q = proposal.TokenLogProbabilities(prompt, response);
        if (before is null) return Math.Exp(q.Sum());
        int same = before.IndexOf(response);
        if (same >= 0 && before.Responses[same].Finished) return law[same];
        int kept = before.Responses.Max(earlier => earlier.ResponseIds.Length);
        return law[before.IndexOf(response.AsSpan(0, kept))] * Math.Exp(q[kept..].Sum());
    }

    private static ResponseSuffix Suffix(double[] p, double[] q, int position) => new(p[position..].Sum(), q[position..].Sum(), p.Length);

    private static bool SharePrefix(int[] x, int[] y, int length) =>
        y.Length > length && x.AsSpan(0, length).SequenceEqual(y.AsSpan(0, length));
}
