namespace Tilt.Rollouts;

/// <summary>
/// The seam every inference-time method is written against: next-token distributions of a batch of growing sequences, and
/// scores of given ones. Tabular, fused and libtorch models implement it. Distributions stay where the model computes;
/// methods ask for the few numbers they need.
/// </summary>
public interface ILanguageModel
{
    /// <summary>Number of token ids.</summary>
    int VocabularySize { get; }

    /// <summary>Ids that end a response.</summary>
    IReadOnlyList<int> EndOfSequenceIds { get; }

    /// <summary>Most tokens of prompt plus response.</summary>
    int ContextLength { get; }

    /// <summary>Reads the prompts (of any lengths) and stands before the first response token of each.</summary>
    /// <exception cref="ArgumentException">A prompt is empty, too long, or holds an id outside the vocabulary.</exception>
    IModelState Prefill(IReadOnlyList<int[]> prompts);

    /// <summary>Scores given responses: float32 log-probability and entropy at each response position, untempered.</summary>
    /// <exception cref="ArgumentException">A prompt is empty, a sequence too long, or an id outside the vocabulary.</exception>
    TokenScores[] Score(IReadOnlyList<TokenSequence> sequences);
}

/// <summary>
/// A batch of sequences in the middle of generation: for each row, the distribution of its next token. All quantities are
/// float32 natural logs; rows may have different lengths.
/// </summary>
public interface IModelState : IDisposable
{
    /// <summary>Number of rows.</summary>
    int BatchSize { get; }

    /// <summary>Appends one token to every row, <c>[batch]</c>; the distributions are then those after it.</summary>
    void Step(ReadOnlySpan<int> tokens);

    /// <summary>Makes row i of the new batch a copy of row <c>indices[i]</c>: forks, reorders and drops.</summary>
    void Select(ReadOnlySpan<int> indices);

    /// <summary>The k most likely tokens of every row, best first (ties by lower id), <c>[batch × k]</c> row by row.</summary>
    void TopK(int k, Span<int> tokens, Span<float> logProbabilities);

    /// <summary>
    /// Draws one token a row at the given temperature by inverse distribution function over ids in ascending order.
    /// </summary>
    /// <param name="temperature">Divides the logits; 0 takes the most likely token (its sampling log-probability is then 0).</param>
    /// <param name="uniforms">One number in [0, 1) a row, <c>[batch]</c>.</param>
    /// <param name="tokens">The tokens drawn, <c>[batch]</c>.</param>
    /// <param name="samplingLogProbabilities">Their log-probabilities under the tempered distribution, <c>[batch]</c>.</param>
    /// <param name="logProbabilities">Their log-probabilities under the untempered distribution, <c>[batch]</c>.</param>
    void Sample(float temperature, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities,
        Span<float> logProbabilities);

    /// <summary>Untempered log-probability of one given token a row, <c>[batch]</c>.</summary>
    void LogProbabilities(ReadOnlySpan<int> tokens, Span<float> logProbabilities);

    /// <summary>Entropy of every row's untempered distribution in nats, <c>[batch]</c>.</summary>
    void Entropies(Span<float> entropies);

    /// <summary>The whole untempered log-distribution of one row, <c>[vocabulary]</c>: for exact work on small vocabularies.</summary>
    void Row(int row, Span<float> logProbabilities);
}

/// <summary>A prompt and a response to score.</summary>
/// <param name="PromptIds">Token ids of the prompt, not empty.</param>
/// <param name="ResponseIds">Token ids of the response; may be empty.</param>
public readonly record struct TokenSequence(int[] PromptIds, int[] ResponseIds);

/// <summary>What scoring a response gives.</summary>
/// <param name="LogProbabilities">Float32 natural log-probability of each response token given all before it, <c>[time]</c>.</param>
/// <param name="Entropies">Entropy in nats of the distribution each response token was one outcome of, <c>[time]</c>.</param>
public sealed record TokenScores(float[] LogProbabilities, float[] Entropies)
{
    /// <summary>log p(y|x) in nats, accumulated in double precision.</summary>
    public double LogProbability
    {
        get
        {
            double sum = 0;
            foreach (float value in LogProbabilities) sum += value;
            return sum;
        }
    }
}
