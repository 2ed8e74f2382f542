using Tilt.Rollouts;

namespace Tilt.Exact;

/// <summary>Gives the probabilities of the next token, <c>[vocabulary]</c>, after all tokens so far (prompt and response).</summary>
/// <param name="context">Token ids of the prompt followed by those of the response so far.</param>
public delegate double[] NextTokenDistribution(ReadOnlySpan<int> context);

/// <summary>
/// A language model given by its conditional distributions, in double precision: small enough to enumerate, and the ground
/// truth that methods written against <see cref="ILanguageModel"/> are proven on.
/// </summary>
public sealed class TabularLanguageModel : ILanguageModel
{
    private const double SumTolerance = 1e-9;
    private readonly NextTokenDistribution _next;

    /// <summary>Makes a model from its conditional distributions.</summary>
    /// <param name="vocabularySize">Number of token ids.</param>
    /// <param name="endOfSequenceIds">Ids that end a response; may be empty for fixed-length models.</param>
    /// <param name="contextLength">Most tokens of prompt plus response.</param>
    /// <param name="next">The distributions; must be a pure function of the context.</param>
    /// <exception cref="ArgumentException">An end-of-sequence id is outside the vocabulary, or a size is not positive.</exception>
    public TabularLanguageModel(int vocabularySize, IReadOnlyList<int> endOfSequenceIds, int contextLength, NextTokenDistribution next)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabularySize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(contextLength);
        ArgumentNullException.ThrowIfNull(endOfSequenceIds);
        ArgumentNullException.ThrowIfNull(next);
        foreach (int id in endOfSequenceIds)
        {
            if ((uint)id >= (uint)vocabularySize)
                throw new ArgumentException($"The end-of-sequence id {id} is outside the vocabulary 0 … {vocabularySize - 1}.",
                    nameof(endOfSequenceIds));
        }
        VocabularySize = vocabularySize;
        EndOfSequenceIds = [.. endOfSequenceIds];
        ContextLength = contextLength;
        _next = next;
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> EndOfSequenceIds { get; }

    /// <inheritdoc/>
    public int ContextLength { get; }

    /// <summary>
    /// A model with random conditionals, every context its own: p ∝ e^spread with e independent and exponentially distributed,
    /// so that spread 1 is uniform on the simplex and larger values are more peaked.
    /// </summary>
    /// <param name="stream">Seed, domain and step are used; problem and sample are replaced by a hash of the context.</param>
    /// <param name="vocabularySize">Number of token ids.</param>
    /// <param name="endOfSequenceIds">Ids that end a response.</param>
    /// <param name="contextLength">Most tokens of prompt plus response.</param>
    /// <param name="spread">How uneven the distributions are; default 1.</param>
    public static TabularLanguageModel Random(
        RandomStream stream, int vocabularySize, IReadOnlyList<int> endOfSequenceIds, int contextLength, double spread = 1)
    {
        return new TabularLanguageModel(vocabularySize, endOfSequenceIds, contextLength, context =>
        {
            ulong hash = Hash(context);
            RandomStream numbers = stream with { Problem = (uint)(hash >> 32), Sample = (uint)hash };
            double[] probabilities = new double[vocabularySize];
            double sum = 0;
            for (int token = 0; token < vocabularySize; token++)
                sum += probabilities[token] = Math.Pow(-Math.Log(1 - numbers.Uniform((uint)token)), spread);
            for (int token = 0; token < vocabularySize; token++) probabilities[token] /= sum;
            return probabilities;
        });
    }

    /// <summary>
    /// The model with every conditional tempered and renormalised: p(token)^(1/temperature). As a law of whole responses this
    /// is not the model's own law to that power.
    /// </summary>
    /// <param name="temperature">Divides the log-probabilities; greater than 0.</param>
    public TabularLanguageModel Tempered(double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        return new TabularLanguageModel(VocabularySize, EndOfSequenceIds, ContextLength, context =>
        {
            double[] probabilities = [.. Next(context)];
            Temper(probabilities, temperature);
            return probabilities;
        });
    }

    /// <summary>
    /// Probabilities of the next token after <paramref name="context"/>, <c>[vocabulary]</c>, checked to be a distribution.
    /// </summary>
    /// <exception cref="InvalidOperationException">The model's function did not return a distribution over the vocabulary.</exception>
    public double[] Next(ReadOnlySpan<int> context)
    {
        double[] probabilities = _next(context);
        double sum = 0;
        bool negative = false;
        foreach (double probability in probabilities)
        {
            sum += probability;
            negative |= !(probability >= 0);
        }
        if (probabilities.Length != VocabularySize || negative || Math.Abs(sum - 1) > SumTolerance)
            throw new InvalidOperationException(
                $"The next-token distribution after [{string.Join(", ", context.ToArray())}] has {probabilities.Length} entries with "
                + $"sum {sum}; "
                + $"{VocabularySize} non-negative ones with sum 1 are needed.");
        return probabilities;
    }

    /// <summary>Natural log-probability of each token of a response in double precision, <c>[time]</c>.</summary>
    public double[] TokenLogProbabilities(ReadOnlySpan<int> prompt, ReadOnlySpan<int> response)
    {
        int[] context = [.. prompt, .. response];
        double[] result = new double[response.Length];
        for (int t = 0; t < result.Length; t++)
            result[t] = Math.Log(Next(context.AsSpan(0, prompt.Length + t))[response[t]]);
        return result;
    }

    /// <inheritdoc/>
    public IModelState Prefill(IReadOnlyList<int[]> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        foreach (int[] prompt in prompts) Check(prompt, []);
        return new TabularModelState(this, prompts);
    }

    /// <inheritdoc/>
    public TokenScores[] Score(IReadOnlyList<TokenSequence> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        var scores = new TokenScores[sequences.Count];
        for (int i = 0; i < scores.Length; i++)
        {
            (int[] prompt, int[] response) = (sequences[i].PromptIds, sequences[i].ResponseIds);
            Check(prompt, response);
            int[] context = [.. prompt, .. response];
            var logProbabilities = new float[response.Length];
            var entropies = new float[response.Length];
            for (int t = 0; t < response.Length; t++)
            {
                double[] next = Next(context.AsSpan(0, prompt.Length + t));
                logProbabilities[t] = (float)Math.Log(next[response[t]]);
                entropies[t] = (float)Entropy(next);
            }
            scores[i] = new TokenScores(logProbabilities, entropies);
        }
        return scores;
    }

    internal static double Entropy(ReadOnlySpan<double> probabilities)
    {
        double entropy = 0;
        foreach (double probability in probabilities)
        {
            if (probability > 0) entropy -= probability * Math.Log(probability);
        }
        return entropy;
    }

    internal static void Temper(Span<double> probabilities, double temperature)
    {
        double largest = 0, sum = 0;
        foreach (double probability in probabilities) largest = Math.Max(largest, probability);
        foreach (ref double probability in probabilities)
            sum += probability = probability == 0 ? 0 : Math.Exp(Math.Log(probability / largest) / temperature);
        foreach (ref double probability in probabilities) probability /= sum;
    }

    private void Check(int[] prompt, int[] response)
    {
        if (prompt.Length == 0) throw new ArgumentException("A prompt is empty; it needs at least one token.");
        if (prompt.Length + response.Length > ContextLength)
            throw new ArgumentException($"A sequence has {prompt.Length + response.Length} tokens; the context holds {ContextLength}.");
        foreach (int id in prompt) CheckId(id);
        foreach (int id in response) CheckId(id);
    }

    private void CheckId(int id)
    {
        if ((uint)id >= (uint)VocabularySize)
            throw new ArgumentException($"The token id {id} is outside the vocabulary 0 … {VocabularySize - 1}.");
    }

    // FNV-1a over the ids.
    internal static ulong Hash(ReadOnlySpan<int> context)
    {
        ulong hash = 14695981039346656037;
        foreach (int id in context)
        {
            for (int shift = 0; shift < 32; shift += 8) hash = (hash ^ (byte)(id >> shift)) * 1099511628211;
        }
        return hash;
    }
}
