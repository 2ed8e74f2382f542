using System.Diagnostics;
using System.Globalization;
using Tilt.Inference;
using Tilt.Models;
using Tilt.Rollouts;

namespace Tilt.Benchmarks;

/// <summary>
/// The fused engine on the shape of a tiny model (0.8 million matrix parameters, random weights): 256 sequences with prompts of
/// 32 tokens and responses of 64.
/// </summary>
internal static class FusedBenchmarks
{
    private const int Sequences = 256, PromptLength = 32, ResponseLength = 64;

    /// <summary>Fixed-length responses, or ragged ones that end at random (16 in 128 tokens end them).</summary>
    public static void Sampling(int threads, int repeats, int samples, int blockSize, bool ragged)
    {
        ModelConfiguration c = ragged ? Shape with { EndOfSequenceIds = [.. Enumerable.Range(0, 4)] } : Shape;
        var sampler = new FusedSampler(new FusedModel(c, Weights(c), threads), blockSize);
        SampleRequest[] requests = [.. Enumerable.Range(0, Sequences).Select(i => new SampleRequest(Prompt(i / samples), new RandomStream(1, RandomDomain.Rollout, 0, (uint)(i / samples), (uint)(i % samples))))];
        var options = new SamplingOptions { MaxNewTokens = ragged ? 90 : ResponseLength, IgnoreEndOfSequence = !ragged };
        long tokens = 0;
        Measure("sampling", threads, repeats, () => tokens = sampler.SampleAsync(requests, options).GetAwaiter().GetResult().Sum(x => (long)x.Length), () => tokens);
    }

    /// <summary>Log-probabilities with and without entropies.</summary>
    public static void Scoring(int threads, int repeats, int samples)
    {
        var model = new FusedModel(Shape, Weights(Shape), threads);
        TokenSequence[] sequences = [.. Enumerable.Range(0, Sequences).Select(i => new TokenSequence(Prompt(i / samples), Tokens(ResponseLength, 1000 + i)))];
        Measure("scoring", threads, repeats, () => model.Score(sequences), () => Sequences * ResponseLength);
        Measure("scoring without entropies", threads, repeats, () => model.ScoreLogProbabilities(sequences), () => Sequences * ResponseLength);
    }

    /// <summary>Sampling one token at a time through the language-model interface.</summary>
    public static void Stepping(int threads, int repeats)
    {
        var model = new FusedModel(Shape, Weights(Shape), threads);
        int[][] prompts = [.. Enumerable.Range(0, Sequences).Select(Prompt)];
        var uniforms = new double[Sequences];
        var tokens = new int[Sequences];
        float[] sampling = new float[Sequences], logProbabilities = new float[Sequences];
        Measure("stepping", threads, repeats, () =>
        {
            using IModelState state = model.Prefill(prompts);
            for (uint t = 0; t < ResponseLength; t++)
            {
                for (uint i = 0; i < Sequences; i++) uniforms[i] = new RandomStream(1, RandomDomain.Rollout, 0, i, 0).Uniform(t);
                state.Sample(1f, uniforms, tokens, sampling, logProbabilities);
                if (t + 1 < ResponseLength) state.Step(tokens);
            }
        }, () => Sequences * ResponseLength);
    }

    private static ModelConfiguration Shape => new()
    {
        ModelType = "llama",
        VocabularySize = 128,
        HiddenSize = 128,
        IntermediateSize = 344,
        LayerCount = 4,
        HeadCount = 4,
        KeyValueHeadCount = 4,
        HeadSize = 32,
        ContextLength = 256,
        TiedEmbeddings = true,
    };

    private static void Measure(string name, int threads, int repeats, Action run, Func<long> tokens)
    {
        for (int i = 0; i < 3; i++) run();
        var times = new double[repeats];
        var processor = new double[repeats];
        for (int i = 0; i < repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            processor[i] = (Environment.CpuUsage.TotalTime - used).TotalMilliseconds;
        }
        Array.Sort(times);
        Array.Sort(processor);
        double median = times[repeats / 2];
        Console.WriteLine(
            $"{name}: {threads} thread{(threads == 1 ? "" : "s")}, median {median:F1} ms of {repeats}, best {times[0]:F1} ms, {tokens() / median:F1} k response tokens/s (best {tokens() / times[0]:F1} k), processor time median {processor[repeats / 2]:F1} ms, best {processor[0]:F1} ms");
    }

    private static int[] Prompt(int index) => Tokens(PromptLength, index);

    private static int[] Tokens(int count, int key)
    {
        var stream = new RandomStream(3, RandomDomain.Corpus, 0, (uint)key, 0);
        return [.. Enumerable.Range(0, count).Select(i => stream.Below(Shape.VocabularySize, (uint)i))];
    }

    private static Dictionary<string, float[]> Weights(ModelConfiguration c)
    {
        var weights = new Dictionary<string, float[]>();
        void Add(string name, int rows, int columns)
        {
            var stream = new RandomStream(1, RandomDomain.Initialization, 0, (uint)weights.Count, 0);
            var values = new float[rows * columns];
            double range = columns == 1 ? 0.2 : Math.Sqrt(3.0 / columns), mean = columns == 1 ? 1 : 0;
            for (int i = 0; i < values.Length; i++) values[i] = (float)(mean + range * (2 * stream.Uniform((uint)i) - 1));
            weights.Add(name, values);
        }
        int heads = c.HeadCount * c.HeadSize, keys = c.KeyValueHeadCount * c.HeadSize;
        Add("model.embed_tokens.weight", c.VocabularySize, c.HiddenSize);
        Add("model.norm.weight", c.HiddenSize, 1);
        for (int i = 0; i < c.LayerCount; i++)
        {
            string p = string.Create(CultureInfo.InvariantCulture, $"model.layers.{i}.");
            Add(p + "input_layernorm.weight", c.HiddenSize, 1);
            Add(p + "self_attn.q_proj.weight", heads, c.HiddenSize);
            Add(p + "self_attn.k_proj.weight", keys, c.HiddenSize);
            Add(p + "self_attn.v_proj.weight", keys, c.HiddenSize);
            Add(p + "self_attn.o_proj.weight", c.HiddenSize, heads);
            Add(p + "post_attention_layernorm.weight", c.HiddenSize, 1);
            Add(p + "mlp.gate_proj.weight", c.IntermediateSize, c.HiddenSize);
            Add(p + "mlp.up_proj.weight", c.IntermediateSize, c.HiddenSize);
            Add(p + "mlp.down_proj.weight", c.HiddenSize, c.IntermediateSize);
        }
        return weights;
    }
}
