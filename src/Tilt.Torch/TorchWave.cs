using Tilt.Rollouts;
using Tilt.Torch.Decoding;
using static TorchSharp.torch;

namespace Tilt.Torch;

/// <summary>The sequences of one sampling call: those in the batch, those waiting and those finished.</summary>
internal sealed class TorchWave : IDisposable
{
    /// <summary>
    /// Waiting sequences enter when this share of the slots is free: reading prompts one by one would cost more than a few idle slots.
    /// </summary>
    private const double RefillShare = 0.125;

    /// <summary>Tokens of prompts read at once.</summary>
    private const int PrefillTokens = 8192;

    private readonly TorchEngine _engine;
    private readonly KeyValueCache _cache;
    private readonly int _slots;
    private readonly IReadOnlyList<SampleRequest> _requests;
    private readonly SamplingOptions _options;
    private readonly HashSet<int> _endOfSequence;
    private readonly List<Running> _running = [];
    private int _next, _finished;

    public TorchWave(TorchLanguageModel model, int slots, int capacity, IReadOnlyList<SampleRequest> requests, SamplingOptions options)
    {
        (this._slots, this._requests, this._options) = (slots, requests, options);
        _engine = model.Engine.Acquire();
        _cache = _engine.Decoder.NewCache(slots, capacity);
        _endOfSequence = [.. model.EndOfSequenceIds];
        Completions = new Completion[requests.Count];
    }

    public Completion[] Completions { get; }

    public bool Finished => _finished == _requests.Count;

    /// <summary>Takes in waiting sequences where there is room, then draws one token for each that runs.</summary>
    public void Step()
    {
        bool room = _slots - _running.Count >= Math.Max(1, RefillShare * _slots) || _running.Count == 0;
        if (_next < _requests.Count && room) Enter();
        if (_running.Count == 0) return;
        var tokens = new int[_running.Count];
        for (int i = 0; i < tokens.Length; i++) tokens[i] = _running[i].LastToken;
        using (var scope = NewDisposeScope())
        {
            using INextTokenDistributions distributions = _engine.Decoder.Step(_cache, tokens);
            Draw(distributions, 0);
        }
        Leave();
    }

    public void Dispose()
    {
        _cache.Dispose();
        _engine.Release();
    }

    private void Enter()
    {
        while (_running.Count < _slots && _next < _requests.Count)
        {
            int count = 1, tokens = _requests[_next].PromptIds.Length, longest = tokens;
            while (_running.Count + count < _slots && _next + count < _requests.Count)
            {
                longest = Math.Max(longest, _requests[_next + count].PromptIds.Length);
                if ((count + 1) * longest > PrefillTokens) break;
                count++;
            }
            Enter(count);
            Leave();
        }
    }

    private void Enter(int count)
    {
        using var scope = NewDisposeScope();
        int first = _running.Count;
        (int[][] distinct, int[] indices) = PromptSet.Distinct([.. Enumerable.Range(_next, count).Select(i => _requests[i].PromptIds)]);
        using KeyValueCache prompts = _engine.Decoder.NewCache(distinct.Length, distinct.Max(p => p.Length));
        using INextTokenDistributions read = _engine.Decoder.Prefill(prompts, distinct), distributions = read.Select(indices);
        _cache.Append(prompts, indices);
        for (int i = 0; i < count; i++) _running.Add(new Running(_next + i, _options));
        _next += count;
        Draw(distributions, first);
    }

    /// <summary>Draws a token for each running sequence from <paramref name="first"/> on, of which the distributions are.</summary>
    private void Draw(INextTokenDistributions distributions, int first)
    {
        int count = distributions.RowCount;
        var uniforms = new double[count];
        for (int i = 0; i < count; i++) uniforms[i] = _requests[_running[first + i].Index].Stream.Uniform((uint)_running[first + i].Length);
        int[] tokens = new int[count];
        float[] sampling = new float[count], untempered = new float[count], entropies = _options.RecordEntropies ? new float[count] : [];
        distributions.Sample(_options.Temperature, uniforms, tokens, sampling, untempered);
        if (_options.RecordEntropies) distributions.Entropies(entropies);
        for (int i = 0; i < count; i++)
            _running[first + i].Add(tokens[i], sampling[i], untempered[i], _options.RecordEntropies ? entropies[i] : 0);
        _options.Drawn?.Report(count);
    }

    private void Leave()
    {
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            Running sequence = _running[i];
            bool ended = !_options.IgnoreEndOfSequence && _endOfSequence.Contains(sequence.LastToken);
            if (!ended && sequence.Length < _options.MaxNewTokens) continue;
            Completions[sequence.Index] =
                sequence.Complete(_requests[sequence.Index].PromptIds, ended ? StopReason.EndOfSequence : StopReason.Length);
            _finished++;
            _running[i] = _running[_cache.Remove(i)];
            _running.RemoveAt(_running.Count - 1);
        }
    }

    /// <summary>A response in the making.</summary>
    private sealed class Running(int index, SamplingOptions options)
    {
        private readonly int[] _tokens = new int[options.MaxNewTokens];
        private readonly float[] _sampling = new float[options.MaxNewTokens], _untempered = new float[options.MaxNewTokens];
        private readonly float[]? _entropies = options.RecordEntropies ? new float[options.MaxNewTokens] : null;

        public int Index => index;

        public int Length { get; private set; }

        public int LastToken => _tokens[Length - 1];

        public void Add(int token, float samplingLogProbability, float logProbability, float entropy)
        {
            (_tokens[Length], _sampling[Length], _untempered[Length]) = (token, samplingLogProbability, logProbability);
            if (_entropies is not null) _entropies[Length] = entropy;
            Length++;
        }

        public Completion Complete(int[] prompt, StopReason reason) =>
            new(prompt, _tokens[..Length], _sampling[..Length], _untempered[..Length], reason) { Entropies = _entropies?[..Length] };
    }
}
