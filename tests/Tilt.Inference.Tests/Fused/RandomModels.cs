using System.Globalization;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using Tilt.Inference.Fused;
using Tilt.Inference.Vectors;
using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Fused;

/// <summary>Small models with random weights.</summary>
internal static class RandomModels
{
    public static ModelConfiguration Llama => new()
    {
        Family = ModelFamilies.Of("llama"),
        VocabularySize = 40,
        HiddenSize = 32,
        IntermediateSize = 48,
        LayerCount = 2,
        HeadCount = 4,
        KeyValueHeadCount = 4,
        HeadSize = 8,
        ContextLength = 128,
        EndOfSequenceIds = [3],
    };

    public static Dictionary<string, ModelConfiguration> Family { get; } = new()
    {
        ["llama"] = Llama,
        ["llama, tied"] = Llama with { TiedEmbeddings = true },
        ["grouped queries"] = Llama with { HeadCount = 6, KeyValueHeadCount = 2, HeadSize = 10 },
        ["one key/value head"] = Llama with { KeyValueHeadCount = 1 },
        ["llama3 scaling"] = Llama with { HeadSize = 16, RopeTheta = 500, RopeScaling = new Llama3RopeScaling(8, 1, 4, 64) },
        ["qwen2 biases"] = Llama with { Family = Qwen2.Family, KeyValueHeadCount = 2, RopeTheta = 1e6 },
        ["qwen3 head norms"] = Llama with { Family = Qwen3.Family, KeyValueHeadCount = 2, HeadSize = 24 },
        ["odd sizes"] = Llama with
        {
            VocabularySize = 71,
            HiddenSize = 45,
            IntermediateSize = 53,
            HeadCount = 5,
            KeyValueHeadCount = 5,
            HeadSize = 14,
            LayerCount = 3
        },
        ["wide heads"] = Llama with { HeadCount = 2, KeyValueHeadCount = 2, HeadSize = 68, LayerCount = 1 },
    };

    public static Dictionary<string, float[]> Weights(ModelConfiguration c, uint seed = 1)
    {
        var weights = new Dictionary<string, float[]>();
        uint tensor = 0;
        void Add(string name, int count, double scale, double mean = 0)
        {
            var stream = new RandomStream(seed, RandomDomain.Initialization, 0, tensor++, 0);
            var values = new float[count];
            for (int i = 0; i < count; i++) values[i] = (float)(mean + scale * Math.Sqrt(12) * (stream.Uniform((uint)i) - 0.5));
            weights.Add(name, values);
        }
        double matrix = 1 / Math.Sqrt(c.HiddenSize);
        Add("model.embed_tokens.weight", c.VocabularySize * c.HiddenSize, 0.5);
        Add("model.norm.weight", c.HiddenSize, 0.2, 1);
        if (!c.TiedEmbeddings) Add("lm_head.weight", c.VocabularySize * c.HiddenSize, 1.5 * matrix);
        for (int i = 0; i < c.LayerCount; i++)
        {
            string p = string.Create(CultureInfo.InvariantCulture, $"model.layers.{i}.");
            Add(p + "input_layernorm.weight", c.HiddenSize, 0.2, 1);
            Add(p + "post_attention_layernorm.weight", c.HiddenSize, 0.2, 1);
            foreach ((string name, int heads) in new[] { ("q_proj", c.HeadCount), ("k_proj", c.KeyValueHeadCount),
                ("v_proj", c.KeyValueHeadCount) })
            {
                Add($"{p}self_attn.{name}.weight", heads * c.HeadSize * c.HiddenSize, 1.5 * matrix);
                if (c.AttentionBias) Add($"{p}self_attn.{name}.bias", heads * c.HeadSize, 0.3);
            }
            Add(p + "self_attn.o_proj.weight", c.HeadCount * c.HeadSize * c.HiddenSize, matrix);
            if (c.HeadNorms) Add(p + "self_attn.q_norm.weight", c.HeadSize, 0.2, 1);
            if (c.HeadNorms) Add(p + "self_attn.k_norm.weight", c.HeadSize, 0.2, 1);
            Add(p + "mlp.gate_proj.weight", c.IntermediateSize * c.HiddenSize, 1.5 * matrix);
            Add(p + "mlp.up_proj.weight", c.IntermediateSize * c.HiddenSize, matrix);
            Add(p + "mlp.down_proj.weight", c.IntermediateSize * c.HiddenSize, matrix);
        }
        return weights;
    }

    public static FusedModel Model(ModelConfiguration c, int threads = 1, uint seed = 1, VectorWidth? width = null) =>
        new(c, Weights(c, seed), threads, width ?? FusedModel.WidestAvailable);

    public static int[] Tokens(ModelConfiguration c, int count, uint key)
    {
        var stream = new RandomStream(99, RandomDomain.Corpus, 0, key, 0);
        return [.. Enumerable.Range(0, count).Select(i => stream.Below(c.VocabularySize, (uint)i))];
    }

    /// <summary>Requests with prompts of lengths 1 to 50, each prompt for <paramref name="samples"/> samples.</summary>
    public static SampleRequest[] Requests(ModelConfiguration c, int prompts, int samples) =>
    [
        .. from prompt in Enumerable.Range(0, prompts)
           from sample in Enumerable.Range(0, samples)
           select new SampleRequest(
               Tokens(c, 1 + prompt * 13 % 50, (uint)prompt),
               new RandomStream(7, RandomDomain.Rollout, 0, (uint)prompt, (uint)sample)),
    ];
}
