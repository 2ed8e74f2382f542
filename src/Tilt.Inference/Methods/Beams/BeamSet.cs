using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Beams;

/// <summary>The beams and finished hypotheses of one problem.</summary>
internal sealed class BeamSet
{
    private const int Root = -1;

    private readonly BeamSearchOptions _options;
    private readonly IReadOnlyList<int> _endOfSequenceIds;
    private readonly int _limit;
    private readonly int _continuations;

    // Every token ever kept with the token before it: beams share their beginnings.
    private readonly List<Node> _nodes = [];
    private readonly List<Hypothesis> _finished = [];
    private readonly List<Beam> _running = [new Beam(Root, 0, 0)];
    private readonly List<Beam> _advanced = [];
    private readonly List<Candidate> _candidates = [];
    private int _length;

    public BeamSet(int[] promptIds, BeamSearchOptions options, IReadOnlyList<int> endOfSequenceIds, int limit)
    {
        PromptIds = promptIds;
        _options = options;
        _endOfSequenceIds = endOfSequenceIds;
        _limit = limit;
        _continuations = Continuations(options.Width, endOfSequenceIds.Count);
    }

    public int[] PromptIds { get; }

    /// <summary>Number of running beams; 0 when the search is over.</summary>
    public int Running => _running.Count;

    public long TokensGenerated => _nodes.Count;

    /// <summary>Ranked continuations a step: enough that <paramref name="width"/> remain when each beam also ends in every way.</summary>
    public static int Continuations(int width, int endOfSequenceIds) => Math.Max(2, 1 + endOfSequenceIds) * width;

    /// <summary>Takes the best continuations of each running beam, <c>[running × k]</c>, and makes the next beams from them.</summary>
    public void Advance(ReadOnlySpan<int> tokens, ReadOnlySpan<float> logProbabilities)
    {
        Rank(tokens, logProbabilities);
        _length++;
        _advanced.Clear();
        for (int rank = 0; rank < Math.Min(_candidates.Count, _continuations); rank++)
        {
            Candidate candidate = _candidates[rank];
            bool endOfSequence = _endOfSequenceIds.Contains(candidate.Token);
            if (endOfSequence || _length == _limit)
            {
                if (rank < _options.Width) Finish(candidate, endOfSequence);
            }
            else if (_advanced.Count < _options.Width)
            {
                _advanced.Add(new Beam(AddNode(candidate), candidate.LogProbability, candidate.Source));
            }
        }
        _running.Clear();
        if (!IsOver()) _running.AddRange(_advanced);
    }

    /// <summary>Writes the running beams' last tokens, and the rows of the model's state that they continue.</summary>
    public void CopyRunning(int firstRow, Span<int> sources, Span<int> tokens)
    {
        for (int i = 0; i < _running.Count; i++)
        {
            sources[i] = firstRow + _running[i].Source;
            tokens[i] = _nodes[_running[i].Node].Token;
        }
    }

    /// <summary>The hypotheses found, best first.</summary>
    public BeamHypothesis[] Hypotheses() => [.. _finished.Select(found => new BeamHypothesis(ToCompletion(found), found.Score))];

    private void Rank(ReadOnlySpan<int> tokens, ReadOnlySpan<float> logProbabilities)
    {
        int k = tokens.Length / _running.Count;
        _candidates.Clear();
        for (int i = 0; i < tokens.Length; i++)
        {
            // Impossible tokens fill up the lists of small or truncated vocabularies.
            if (float.IsNegativeInfinity(logProbabilities[i])) continue;
            int source = i / k;
            _candidates.Add(new Candidate(i, source, tokens[i], logProbabilities[i],
                _running[source].LogProbability + logProbabilities[i]));
        }
        // Ties go to the better beam, then to the lower token id.
        _candidates.Sort((x, y) =>
            y.LogProbability.CompareTo(x.LogProbability) is int order and not 0 ? order : x.Order.CompareTo(y.Order));
    }

    private void Finish(Candidate candidate, bool endOfSequence)
    {
        double score = candidate.LogProbability / LengthFactor();
        int place = _finished.FindIndex(found => found.Score < score);
        if (place < 0) place = _finished.Count;
        _finished.Insert(place, new Hypothesis(AddNode(candidate), _length, score, endOfSequence));
        if (_finished.Count > _options.Width) _finished.RemoveAt(_options.Width);
    }

    private bool IsOver()
    {
        if (_advanced.Count == 0) return true;
        if (_finished.Count < _options.Width) return false;
        return _options.EarlyStopping || _advanced[0].LogProbability / LengthFactor() <= _finished[^1].Score;
    }

    private double LengthFactor() => Math.Pow(_length, _options.LengthPenalty);

    private int AddNode(Candidate candidate)
    {
        _nodes.Add(new Node(_running[candidate.Source].Node, candidate.Token, candidate.TokenLogProbability));
        return _nodes.Count - 1;
    }

    private Completion ToCompletion(Hypothesis hypothesis)
    {
        int[] tokens = new int[hypothesis.Length];
        float[] logProbabilities = new float[hypothesis.Length];
        int node = hypothesis.Node;
        for (int t = hypothesis.Length - 1; t >= 0; t--)
        {
            (int parent, tokens[t], logProbabilities[t]) = _nodes[node];
            node = parent;
        }
        return new Completion(
            PromptIds, tokens, new float[tokens.Length], logProbabilities,
            hypothesis.EndOfSequence ? StopReason.EndOfSequence : StopReason.Length);
    }

    private readonly record struct Node(int Parent, int Token, float LogProbability);

    private readonly record struct Beam(int Node, double LogProbability, int Source);

    private readonly record struct Candidate(int Order, int Source, int Token, float TokenLogProbability, double LogProbability);

    private readonly record struct Hypothesis(int Node, int Length, double Score, bool EndOfSequence);
}
