using MathNet.Numerics.Distributions;
using Tilt.Rollouts;
using Tilt.Settings;

namespace Tilt.Exact.Theory;

/// <summary>
/// A small problem of answers in steps. Token 0 ends a response, the last token is a slip, and those between are wordings of a
/// right step. A response is right when at least the needed number of steps, none of them a slip, stand before its first end
/// token. The prompt is an end token, and after one the table starts afresh, as a packed corpus does.
/// </summary>
/// <param name="configuration">The table and its figures; must be valid.</param>
public sealed class StepwiseProblem(TheoryConfiguration configuration)
{
    private const int End = 0;
    private readonly int _slip = configuration.Vocabulary - 1;

    /// <summary>The responses with their probabilities and rewards.</summary>
    /// <param name="fixedLength">Whether the end token is ignored while responses are made.</param>
    public ExactProblem Enumerate(bool fixedLength)
    {
        var model = new TabularLanguageModel(configuration.Vocabulary, [End], configuration.Horizon + 1, Next);
        return ExactProblem.Create(ResponseSpace.Enumerate(model, [End], configuration.Horizon, fixedLength), Reward);
    }

    /// <summary>1 for a right response, else 0; tokens after the first end do not count.</summary>
    public double Reward(int[] response)
    {
        int end = Array.IndexOf(response, End);
        return end >= configuration.Steps && !response.AsSpan(0, end).Contains(_slip) ? 1 : 0;
    }

    /// <summary>Tokens up to the first end, it included; all when there is none.</summary>
    public static int AnswerLength(int[] response) => Array.IndexOf(response, End) is >= 0 and var end ? end + 1 : response.Length;

    /// <summary>A response in letters: wordings a, b, c …, x for a slip, ■ for the end.</summary>
    public string Text(int[] response) => string.Concat(response.Select(Symbol));

    /// <summary>The letter of a token.</summary>
    public char Symbol(int token) => token == End ? '■' : token == _slip ? 'x' : (char)('a' + token - 1);

    private double[] Next(ReadOnlySpan<int> context)
    {
        ReadOnlySpan<int> answer = context[(context.LastIndexOf(End) + 1)..];
        ulong hash = TabularLanguageModel.Hash(answer);
        Random numbers =
            new RandomStreamNumbers(new((uint)configuration.Seed, RandomDomain.Initialization, 0, (uint)(hash >> 32), (uint)hash));
        if (configuration.Table == TheoryTable.Random) return Shares(numbers, configuration.Vocabulary);
        double end = answer.Length == 0 ? configuration.GiveUp : answer.Length < configuration.Steps ? configuration.Abandon
            : configuration.Finish;
        double[] row = new double[configuration.Vocabulary];
        double[] wordings = Shares(numbers, _slip - 1);
        row[End] = end;
        row[_slip] = (1 - end) * configuration.Slip;
        for (int i = 0; i < wordings.Length; i++) row[i + 1] = (1 - end) * (1 - configuration.Slip) * wordings[i];
        return row;
    }

    private double[] Shares(Random numbers, int count) =>
        count == 1 ? [1] : Dirichlet.Sample(numbers, [.. Enumerable.Repeat(configuration.Concentration, count)]);

    /// <summary>The numbers of a stream in the form that distributions are sampled with.</summary>
    private sealed class RandomStreamNumbers(RandomStream stream) : Random
    {
        private uint _position;

        public override double NextDouble() => stream.Uniform(_position++);

        protected override double Sample() => NextDouble();
    }
}
