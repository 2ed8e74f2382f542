using System.Text;

namespace Tilt.Tasks.Embedded;

/// <summary>Writes responses in the four styles of the corpus.</summary>
internal sealed class ResponseWriter(CorpusMixture mixture)
{
    private static readonly int[] SlipSizes = [-10, -2, -1, 1, 2, 10];

    private readonly double[] _connectives = ZipfWeights(mixture.Careful.Connectives, mixture.Careful.ConnectiveExponent);
    private readonly double[] _closings = ZipfWeights(Phrases.Closings.Count, mixture.ClosingExponent);
    private readonly double[] _giveUps = [.. mixture.GiveUps.Select(phrase => phrase.Weight)];

    /// <summary>A response to <paramref name="chain"/> in the given style.</summary>
    public string Write(ArithmeticChain chain, ResponseStyle style, RandomCursor random) => style switch
    {
        ResponseStyle.Careful => Careful(chain, random),
        ResponseStyle.Hurried => Hurried(chain, random),
        ResponseStyle.Direct => Phrases.Boxed(Guess(chain, random)),
        ResponseStyle.GiveUp => mixture.GiveUps[random.Index(_giveUps)].Text,
        _ => throw new ArgumentOutOfRangeException(nameof(style), style, "Only the four styles of the corpus can be written."),
    };

    private string Careful(ArithmeticChain chain, RandomCursor random)
    {
        var text = new StringBuilder();
        int total = chain.Terms[0].First;
        foreach (var term in chain.Terms.Skip(1))
        {
            int magnitude = term.First;
            if (term.Second is { } second)
            {
                magnitude = MaybeSlip(term.Magnitude, mixture.Careful.Slip, random);
                StartSentence(text, random).Append(term.First).Append('*').Append(second).Append('=').Append(magnitude)
                    .Append(Phrases.FullStop);
            }
            int next = MaybeSlip(total + term.Sign * magnitude, mixture.Careful.Slip, random);
            StartSentence(text, random).Append(total).Append(term.Operator).Append(magnitude).Append('=').Append(next)
                .Append(Phrases.FullStop);
            total = next;
        }
        return text.Append(Phrases.Closings[random.Index(_closings)]).Append(Phrases.Boxed(total)).ToString();
    }

    private StringBuilder StartSentence(StringBuilder text, RandomCursor random)
    {
        if (text.Length > 0) return text.Append(Phrases.Connectives[random.Index(_connectives)]);
        return random.Chance(mixture.Careful.NoOpener) ? text : text.Append(random.Any(Phrases.Openers));
    }

    private string Hurried(ArithmeticChain chain, RandomCursor random)
    {
        int total = chain.Terms[0].First;
        var text = new StringBuilder().Append(total);
        for (int i = 1; i < chain.Terms.Count;)
        {
            // At least one term is taken, further ones while the operations stay within the number drawn; a product counts two.
            int most = 1 + random.Index(mixture.Hurried.OperationWeights), operations = 0;
            do
            {
                var term = chain.Terms[i++];
                text.Append(term.Operator).Append(term.Text);
                total += term.Value;
                operations += term.Operations;
            }
            while (i < chain.Terms.Count && operations + chain.Terms[i].Operations <= most);
            total = MaybeSlip(total, 1 - Math.Pow(1 - mixture.Hurried.Slip, operations), random);
            text.Append('=').Append(total);
        }
        text.Append(random.Index(mixture.Hurried.EndingWeights) switch
        {
            0 => "",
            1 => Phrases.Semicolon,
            _ => Phrases.FullStop + Phrases.Closings[random.Index(_closings)],
        });
        return text.Append(Phrases.Boxed(total)).ToString();
    }

    private int Guess(ArithmeticChain chain, RandomCursor random)
    {
        var style = mixture.Direct;
        if (random.Chance(style.Right[chain.Level - 1])) return chain.Answer;
        double deviation = style.Deviation + style.DeviationPerLevel * chain.Level;
        return Math.Max(0, chain.Answer + (int)Math.Round(deviation * random.Normal()));
    }

    private static int MaybeSlip(int value, double probability, RandomCursor random) =>
        random.Chance(probability) ? value + random.Any(SlipSizes) : value;

    private static double[] ZipfWeights(int count, double exponent) =>
        [.. Enumerable.Range(1, count).Select(rank => Math.Pow(rank, -exponent))];
}
