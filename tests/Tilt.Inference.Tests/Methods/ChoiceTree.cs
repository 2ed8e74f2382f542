using Tilt.Exact;
using Tilt.Inference.Methods.Particles;
using Tilt.Inference.Methods.Power;
using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Methods;

/// <summary>
/// Runs a random procedure once for every way its random choices can fall: each choice names its probabilities and is told the
/// outcome of the present run.
/// </summary>
internal sealed class ChoiceTree
{
    private readonly List<(double[] Probabilities, int Outcome)> _path = [];
    private int _depth;

    /// <summary>Probability of the present run, once it is over.</summary>
    public double Probability => _path.Aggregate(1.0, (product, choice) => product * choice.Probabilities[choice.Outcome]);

    /// <summary>Runs <paramref name="procedure"/> for every outcome; the probabilities of all runs sum to 1.</summary>
    public static double Enumerate(Action<ChoiceTree> procedure)
    {
        var tree = new ChoiceTree();
        double total = 0;
        do
        {
            tree._depth = 0;
            procedure(tree);
            total += tree.Probability;
        }
        while (tree.Advance());
        return total;
    }

    public int Choose(double[] probabilities)
    {
        if (_depth == _path.Count) _path.Add((probabilities, Array.FindIndex(probabilities, p => p > 0)));
        return _path[_depth++].Outcome;
    }

    private bool Advance()
    {
        for (; _path.Count > 0; _path.RemoveAt(_path.Count - 1))
        {
            (double[] probabilities, int outcome) = _path[^1];
            int next = Array.FindIndex(probabilities, outcome + 1, p => p > 0);
            if (next < 0) continue;
            _path[^1] = (probabilities, next);
            return true;
        }
        return false;
    }
}

/// <summary>A model whose draws are choices of a tree.</summary>
internal sealed class ChosenTokens(TabularLanguageModel model, ChoiceTree tree) : ILanguageModel
{
    public int VocabularySize => model.VocabularySize;

    public IReadOnlyList<int> EndOfSequenceIds => model.EndOfSequenceIds;

    public int ContextLength => model.ContextLength;

    public IModelState Prefill(IReadOnlyList<int[]> prompts) => new State(model.Prefill(prompts), model.VocabularySize, tree);

    public TokenScores[] Score(IReadOnlyList<TokenSequence> sequences) => model.Score(sequences);

    private sealed class State(IModelState state, int vocabularySize, ChoiceTree tree) : IModelState
    {
        public int BatchSize => state.BatchSize;

        public void Step(ReadOnlySpan<int> tokens) => state.Step(tokens);

        public void Select(ReadOnlySpan<int> indices) => state.Select(indices);

        public void TopK(int k, Span<int> tokens, Span<float> logProbabilities) => state.TopK(k, tokens, logProbabilities);

        public void Sample(float temperature, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities,
            Span<float> logProbabilities)
        {
            float[] own = new float[vocabularySize];
            for (int i = 0; i < uniforms.Length; i++)
            {
                state.Row(i, own);
                double[] tempered = Array.ConvertAll(own, log => Math.Exp(log / temperature));
                double sum = tempered.Sum();
                tempered = Array.ConvertAll(tempered, p => p / sum);
                tokens[i] = tree.Choose(tempered);
                samplingLogProbabilities[i] = (float)Math.Log(tempered[tokens[i]]);
                logProbabilities[i] = own[tokens[i]];
            }
        }

        public void LogProbabilities(ReadOnlySpan<int> tokens, Span<float> logProbabilities) =>
            state.LogProbabilities(tokens, logProbabilities);

        public void Entropies(Span<float> entropies) => state.Entropies(entropies);

        public void Row(int row, Span<float> logProbabilities) => state.Row(row, logProbabilities);

        public void Dispose() => state.Dispose();
    }
}

/// <summary>Moves of a chain that are choices of a tree.</summary>
internal sealed class ChosenMoves(ChoiceTree tree) : IMoveNumbers
{
    public int Position(RandomStream numbers, int length) => tree.Choose([.. Enumerable.Repeat(1.0 / length, length)]);

    public bool Accepts(RandomStream numbers, double probability) => tree.Choose([probability, 1 - probability]) == 0;
}

/// <summary>
/// Resampling that is a choice of a tree: a uniform number matters only by which side of the cumulative weights it falls on.
/// </summary>
internal sealed class ChosenParticles(ChoiceTree tree) : IParticleNumbers
{
    public double Token(int particle, int position) => 0;

    public void Resampling(int position, ReadOnlySpan<double> weights, Span<double> uniforms)
    {
        for (int i = 0; i < uniforms.Length; i++)
        {
            var ends = new SortedSet<double> { 0, 1 };
            double cumulative = 0;
            foreach (double weight in weights)
            {
                cumulative += weight;
                for (int stratum = 0; stratum < weights.Length; stratum++)
                {
                    double end = weights.Length * cumulative - stratum;
                    if ((uniforms.Length == 1 || stratum == i) && end is > 0 and < 1) ends.Add(end);
                }
            }
            double[] sorted = [.. ends];
            int chosen = tree.Choose([.. sorted.Skip(1).Zip(sorted, (high, low) => high - low)]);
            uniforms[i] = (sorted[chosen] + sorted[chosen + 1]) / 2;
        }
    }

    public double Choice(ReadOnlySpan<double> weights)
    {
        double[] copy = weights.ToArray();
        int chosen = tree.Choose(copy);
        return copy.Take(chosen).Sum() + copy[chosen] / 2;
    }
}
