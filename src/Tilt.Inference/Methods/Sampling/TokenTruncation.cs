namespace Tilt.Inference.Methods.Sampling;

/// <summary>
/// Truncation of next-token distributions for evaluation-time sampling, applied in this order: temperature, top-k, top-p, min-p;
/// every step sees the distribution that the one before left, renormalised. Not for training rollouts, whose support must be the
/// model's.
/// </summary>
/// <remarks>The definitions and the order are those of Transformers' <c>generate</c>.</remarks>
public sealed record TokenTruncation
{
    /// <summary>Divides the log-probabilities; greater than 0. Default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Keeps the k most likely tokens (and those that tie with the last of them); 0 keeps all. Default 0.</summary>
    public int TopK { get; init; }

    /// <summary>
    /// Keeps the most likely tokens that are needed to reach this probability in total (nucleus sampling; Holtzman et al.,
    /// arXiv 1904.09751); 1 keeps all. Default 1.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>
    /// Keeps tokens at least this fraction as likely as the most likely one (Nguyen et al., arXiv 2407.01082); 0 keeps all. Default 0.
    /// </summary>
    public double MinP { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        if (!(Temperature > 0) || !double.IsFinite(Temperature))
            throw new ArgumentException($"Temperature is {Temperature}; a finite number greater than 0 is needed.");
        if (TopK < 0) throw new ArgumentException($"TopK is {TopK}; 0 (all) or more is needed.");
        if (!(TopP > 0 && TopP <= 1)) throw new ArgumentException($"TopP is {TopP}; a number greater than 0 and at most 1 is needed.");
        if (!(MinP >= 0 && MinP <= 1)) throw new ArgumentException($"MinP is {MinP}; a number from 0 to 1 is needed.");
    }

    /// <summary>Computes the truncated distribution.</summary>
    /// <param name="logProbabilities">Log-probabilities, or logits, of the tokens, <c>[vocabulary]</c>.</param>
    /// <param name="probabilities">Receives the truncated probabilities, which sum to 1, <c>[vocabulary]</c>; 0 for tokens cut
    /// away.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Apply(ReadOnlySpan<float> logProbabilities, Span<double> probabilities)
    {
        if (logProbabilities.Length != probabilities.Length)
            throw new ArgumentException($"There are {logProbabilities.Length} log-probabilities and room for {probabilities.Length} "
                + $"probabilities.", nameof(probabilities));
        Soften(logProbabilities, probabilities);
        if (TopK > 0 && TopK < probabilities.Length) KeepTopK(probabilities);
        if (TopP < 1) KeepTopP(probabilities);
        if (MinP > 0) KeepMinP(probabilities);
    }

    private void Soften(ReadOnlySpan<float> logProbabilities, Span<double> probabilities)
    {
        float largest = float.NegativeInfinity;
        foreach (float value in logProbabilities) largest = Math.Max(largest, value);
        for (int token = 0; token < probabilities.Length; token++)
            probabilities[token] = Math.Exp(((double)logProbabilities[token] - largest) / Temperature);
        Normalize(probabilities);
    }

    private void KeepTopK(Span<double> probabilities)
    {
        var best = new PriorityQueue<int, double>(TopK);
        for (int token = 0; token < probabilities.Length; token++)
        {
            if (best.Count < TopK) best.Enqueue(token, probabilities[token]);
            else best.EnqueueDequeue(token, probabilities[token]);
        }
        KeepAtLeast(probabilities, probabilities[best.Peek()]);
    }

    // A token is cut when it and all less likely ones have at most 1 − p together.
    private void KeepTopP(Span<double> probabilities)
    {
        // Tokens below (1 − p) / vocabulary cannot add up to 1 − p: they go without being sorted.
        double negligible = (1 - TopP) / probabilities.Length, cumulative = 0;
        var ids = new List<int>();
        for (int token = 0; token < probabilities.Length; token++)
        {
            if (probabilities[token] >= negligible)
            {
                ids.Add(token);
                continue;
            }
            cumulative += probabilities[token];
            probabilities[token] = 0;
        }
        double[] values = new double[ids.Count];
        for (int i = 0; i < values.Length; i++) values[i] = probabilities[ids[i]];
        // Least likely first; of equals the higher id, so that the lower one is kept.
        ids.Reverse();
        Array.Reverse(values);
        int[] ascending = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        for (int i = 0; i < ascending.Length - 1; i++)
        {
            cumulative += values[ascending[i]];
            if (cumulative > 1 - TopP) break;
            probabilities[ids[ascending[i]]] = 0;
        }
        Normalize(probabilities);
    }

    private void KeepMinP(Span<double> probabilities)
    {
        double largest = 0;
        foreach (double probability in probabilities) largest = Math.Max(largest, probability);
        KeepAtLeast(probabilities, MinP * largest);
    }

    private static void KeepAtLeast(Span<double> probabilities, double threshold)
    {
        foreach (ref double probability in probabilities)
        {
            if (probability < threshold) probability = 0;
        }
        Normalize(probabilities);
    }

    private static void Normalize(Span<double> probabilities)
    {
        double sum = 0;
        foreach (double probability in probabilities) sum += probability;
        foreach (ref double probability in probabilities) probability /= sum;
    }
}
