namespace Tilt.Exact;

/// <summary>
/// All responses of a model to one prompt with at most L tokens, with their probabilities in double precision: every sequence
/// that ends with an end-of-sequence token after T ≤ L tokens (it counts), and every unfinished sequence of exactly L tokens,
/// whose probability is the product of its tokens. Impossible responses are left out.
/// </summary>
public sealed class ResponseSpace
{
    private readonly Dictionary<string, int> _indices;

    private ResponseSpace(List<ExactResponse> responses)
    {
        Responses = responses;
        _indices = new Dictionary<string, int>(responses.Count);
        for (int i = 0; i < responses.Count; i++) _indices.Add(Key(responses[i].ResponseIds), i);
    }

    /// <summary>The responses, in lexicographic order of their ids.</summary>
    public IReadOnlyList<ExactResponse> Responses { get; }

    /// <summary>Enumerates the response space.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">Token ids of the prompt, not empty.</param>
    /// <param name="limit">L, the most response tokens; at least 1.</param>
    /// <exception cref="ArgumentException">Prompt plus limit exceed the model's context.</exception>
    public static ResponseSpace Enumerate(TabularLanguageModel model, ReadOnlySpan<int> prompt, int limit)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        if (prompt.Length + limit > model.ContextLength)
            throw new ArgumentException($"The prompt has {prompt.Length} tokens and the limit is {limit}; the context holds {model.ContextLength}.", nameof(limit));
        var responses = new List<ExactResponse>();
        int[] context = new int[prompt.Length + limit];
        prompt.CopyTo(context);
        Visit(model, context, prompt.Length, 0, 0.0, responses);
        return new ResponseSpace(responses);
    }

    /// <summary>Index in <see cref="Responses"/> of a response, or −1.</summary>
    public int IndexOf(ReadOnlySpan<int> responseIds) => _indices.GetValueOrDefault(Key(responseIds), -1);

    /// <summary>p(y|x) of every response: sums to 1.</summary>
    public double[] Law() => PowerLaw(1);

    /// <summary>p(y|x)^α / Σ p^α of every response: what power sampling targets.</summary>
    public double[] PowerLaw(double alpha)
    {
        double largest = Responses.Max(response => response.LogProbability);
        double[] law = [.. Responses.Select(response => Math.Exp(alpha * (response.LogProbability - largest)))];
        double sum = law.Sum();
        for (int i = 0; i < law.Length; i++) law[i] /= sum;
        return law;
    }

    private static void Visit(TabularLanguageModel model, int[] context, int promptLength, int length, double logProbability, List<ExactResponse> responses)
    {
        double[] next = model.Next(context.AsSpan(0, promptLength + length));
        for (int token = 0; token < next.Length; token++)
        {
            if (next[token] == 0) continue;
            context[promptLength + length] = token;
            double total = logProbability + Math.Log(next[token]);
            bool finished = model.EndOfSequenceIds.Contains(token);
            if (finished || promptLength + length + 1 == context.Length)
                responses.Add(new ExactResponse(context[promptLength..(promptLength + length + 1)], total, finished));
            else
                Visit(model, context, promptLength, length + 1, total, responses);
        }
    }

    private static string Key(ReadOnlySpan<int> ids) => new(System.Runtime.InteropServices.MemoryMarshal.Cast<int, char>(ids));
}

/// <summary>One response of a <see cref="ResponseSpace"/>.</summary>
/// <param name="ResponseIds">Token ids, the end-of-sequence token included when the response is finished.</param>
/// <param name="LogProbability">log p(y|x) in nats, double precision.</param>
/// <param name="Finished">Whether the response ends with an end-of-sequence token.</param>
public sealed record ExactResponse(int[] ResponseIds, double LogProbability, bool Finished);
