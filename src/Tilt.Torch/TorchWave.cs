using Tilt.Rollouts;
using Tilt.Torch.Decoding;
using static TorchSharp.torch;

namespace Tilt.Torch;

/// <summary>The sequences of one sampling call: those in the batch, those waiting and those finished.</summary>
internal sealed class TorchWave : IDisposable
{
    /// <summary>Waiting sequences enter when this share of the slots is free: reading prompts one by one would cost more than a few idle slots.</summary>
    private const double RefillShare = 0.125;

    /// <summary>Tokens of prompts read at once.</summary>
    private const int PrefillTokens = 8192;

    private readonly TorchEngine engine;
    private readonly KeyValueCache cache;
    private readonly int slots;
    private readonly IReadOnlyList<SampleRequest> requests;
    private readonly SamplingOptions options;
    private readonly HashSet<int> endOfSequence;
    private readonly List<Running> running = [];
    private int next, finished;

    public TorchWave(TorchLanguageModel model, int slots, int capacity, IReadOnlyList<SampleRequest> requests, SamplingOptions options)
    {
        (this.slots, this.requests, this.options) = (slots, requests, options);
        engine = model.Engine.Acquire();
        cache = engine.Decoder.NewCache(slots, capacity);
        endOfSequence = [.. model.EndOfSequenceIds];
        Completions = new Completion[requests.Count];
    }

    public Completion[] Completions { get; }

    public bool Finished => finished == requests.Count;

    /// <summary>Takes in waiting sequences where there is room, then draws one token for each that runs.</summary>
    public void Step()
    {
        bool room = slots - running.Count >= Math.Max(1, RefillShare * slots) || running.Count == 0;
        if (next < requests.Count && room) Enter();
        if (running.Count == 0) return;
        var tokens = new int[running.Count];
        for (int i = 0; i < tokens.Length; i++) tokens[i] = running[i].LastToken;
        using (var scope = NewDisposeScope())
        {
            using INextTokenDistributions distributions = engine.Decoder.Step(cache, tokens);
            Draw(distributions, 0);
        }
        Leave();
    }

    public void Dispose()
    {
        cache.Dispose();
        engine.Release();
    }

    private void Enter()
    {
        while (running.Count < slots && next < requests.Count)
        {
            int count = 1, tokens = requests[next].PromptIds.Length, longest = tokens;
            while (running.Count + count < slots && next + count < requests.Count)
            {
                longest = Math.Max(longest, requests[next + count].PromptIds.Length);
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
        int first = running.Count;
        (int[][] distinct, int[] indices) = PromptSet.Distinct([.. Enumerable.Range(next, count).Select(i => requests[i].PromptIds)]);
        using KeyValueCache prompts = engine.Decoder.NewCache(distinct.Length, distinct.Max(p => p.Length));
        using INextTokenDistributions read = engine.Decoder.Prefill(prompts, distinct), distributions = read.Select(indices);
        cache.Append(prompts, indices);
        for (int i = 0; i < count; i++) running.Add(new Running(next + i, options));
        next += count;
        Draw(distributions, first);
    }

    /// <summary>Draws a token for each running sequence from <paramref name="first"/> on, of which the distributions are.</summary>
    private void Draw(INextTokenDistributions distributions, int first)
    {
        int count = distributions.RowCount;
        var uniforms = new double[count];
        for (int i = 0; i < count; i++) uniforms[i] = requests[running[first + i].Index].Stream.Uniform((uint)running[first + i].Length);
        int[] tokens = new int[count];
        float[] sampling = new float[count], untempered = new float[count], entropies = options.RecordEntropies ? new float[count] : [];
        distributions.Sample(options.Temperature, uniforms, tokens, sampling, untempered);
        if (options.RecordEntropies) distributions.Entropies(entropies);
        for (int i = 0; i < count; i++) running[first + i].Add(tokens[i], sampling[i], untempered[i], options.RecordEntropies ? entropies[i] : 0);
        options.Drawn?.Report(count);
    }

    private void Leave()
    {
        for (int i = running.Count - 1; i >= 0; i--)
        {
            Running sequence = running[i];
            bool ended = !options.IgnoreEndOfSequence && endOfSequence.Contains(sequence.LastToken);
            if (!ended && sequence.Length < options.MaxNewTokens) continue;
            Completions[sequence.Index] = sequence.Complete(requests[sequence.Index].PromptIds, ended ? StopReason.EndOfSequence : StopReason.Length);
            finished++;
            running[i] = running[cache.Remove(i)];
            running.RemoveAt(running.Count - 1);
        }
    }

    /// <summary>A response in the making.</summary>
    private sealed class Running(int index, SamplingOptions options)
    {
        private readonly int[] tokens = new int[options.MaxNewTokens];
        private readonly float[] sampling = new float[options.MaxNewTokens], untempered = new float[options.MaxNewTokens];
        private readonly float[]? entropies = options.RecordEntropies ? new float[options.MaxNewTokens] : null;

        public int Index => index;

        public int Length { get; private set; }

        public int LastToken => tokens[Length - 1];

        public void Add(int token, float samplingLogProbability, float logProbability, float entropy)
        {
            (tokens[Length], sampling[Length], untempered[Length]) = (token, samplingLogProbability, logProbability);
            if (entropies is not null) entropies[Length] = entropy;
            Length++;
        }

        public Completion Complete(int[] prompt, StopReason reason) =>
            new(prompt, tokens[..Length], sampling[..Length], untempered[..Length], reason) { Entropies = entropies?[..Length] };
    }
}
