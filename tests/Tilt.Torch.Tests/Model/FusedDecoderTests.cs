using System.Runtime.Intrinsics;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.Tests;
using Tilt.Rollouts;
using Tilt.Torch.Model;
using TorchSharp;

namespace Tilt.Torch.Tests.Model;

/// <summary>The fused kernels against the same formula in libtorch's own differentiable operations.</summary>
public sealed class FusedDecoderTests
{
    /// <summary>Head sizes and widths that are and are not whole vectors, groups of heads, biases, head norms, tied and not.</summary>
    public static TheoryData<ModelConfiguration> Shapes =>
    [
        TinyShape.Llama with { ContextLength = 256 },
        TinyShape.Llama with
        {
            ContextLength = 256,
            HeadSize = 32,
            KeyValueHeadCount = 4,
            HiddenSize = 48,
            IntermediateSize = 37,
            TiedEmbeddings = false
        },
        TinyShape.Llama with { ContextLength = 256, Family = Qwen2.Family, HeadSize = 48, KeyValueHeadCount = 1, HiddenSize = 20 },
        TinyShape.Llama with { ContextLength = 256, Family = Qwen3.Family, HeadSize = 24, RopeScaling = new(8, 1, 4, 32) },
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Values_and_gradients_are_those_of_the_plain_formula(ModelConfiguration shape)
    {
        Assert.SkipUnless(Vector512.IsHardwareAccelerated, "The fused kernels need 512-bit vectors.");
        (float[] value, IReadOnlyDictionary<string, float[]> gradients) = Train(shape, fused: false);
        (float[] fusedValue, IReadOnlyDictionary<string, float[]> fusedGradients) = Train(shape, fused: true);
        for (int i = 0; i < value.Length; i++) Assert.Equal(value[i], fusedValue[i], 2e-5f);
        foreach ((string name, float[] gradient) in gradients)
        {
            double norm = Math.Sqrt(gradient.Sum(x => (double)x * x));
            double difference = Math.Sqrt(gradient.Zip(fusedGradients[name], (x, y) => ((double)x - y) * (x - y)).Sum());
            Assert.True(difference <= 2e-5 * norm + 1e-7, $"{name}: {difference} of {norm}");
        }
    }

    [Fact]
    public void Several_threads_share_a_batch_give_the_plain_formulas_gradients_and_repeat_bit_for_bit()
    {
        Assert.SkipUnless(Vector512.IsHardwareAccelerated, "The fused kernels need 512-bit vectors.");
        ModelConfiguration shape = TinyShape.Llama with { ContextLength = 256, TiedEmbeddings = false };
        (float[] value, IReadOnlyDictionary<string, float[]> gradients) = Train(shape, fused: false, steps: 2, copies: 12);
        (float[] one, IReadOnlyDictionary<string, float[]> gradientsOfThree) = Train(shape, fused: true, steps: 2, copies: 12, threads: 3);
        (float[] two, IReadOnlyDictionary<string, float[]> again) = Train(shape, fused: true, steps: 2, copies: 12, threads: 3);
        Assert.Equal(one, two);
        for (int i = 0; i < value.Length; i++) Assert.Equal(value[i], one[i], 2e-5f);
        foreach ((string name, float[] gradient) in gradients)
        {
            Assert.Equal(gradientsOfThree[name], again[name]);
            double norm = Math.Sqrt(gradient.Sum(x => (double)x * x));
            double difference = Math.Sqrt(gradient.Zip(again[name], (x, y) => ((double)x - y) * (x - y)).Sum());
            Assert.True(difference <= 2e-5 * norm + 1e-7, $"{name}: {difference} of {norm}");
        }
    }

    [Fact]
    public void Entropies_are_those_of_the_plain_formula()
    {
        Assert.SkipUnless(Vector512.IsHardwareAccelerated, "The fused kernels need 512-bit vectors.");
        using var scope = torch.NewDisposeScope();
        using Transformer model = Transformer.Initialize(TinyShape.Llama, 9);
        TokenSequence[] batch = [new(Ids(3, 1), Ids(20, 2)), new(Ids(9, 3), Ids(1, 4))];
        model.Fused = false;
        float[] plain = model
            .ResponseLogProbabilitiesAndEntropies(batch, cancellationToken: TestContext.Current.CancellationToken).Entropies.data<float>()
            .ToArray();
        model.Fused = true;
        float[] fused = model
            .ResponseLogProbabilitiesAndEntropies(batch, cancellationToken: TestContext.Current.CancellationToken).Entropies.data<float>()
            .ToArray();
        for (int i = 0; i < plain.Length; i++) Assert.Equal(plain[i], fused[i], 2e-5f);
    }

    [Fact]
    public void Threads_that_train_different_models_at_once_get_what_each_gets_alone()
    {
        ModelConfiguration first = TinyShape.Llama with { ContextLength = 256 },
            second = first with { Family = Qwen3.Family, HeadSize = 16 };
        var alone = new[] { Train(first, true, 10), Train(second, true, 10) };
        var together = new (float[] Value, IReadOnlyDictionary<string, float[]> Gradients)[2];
        Thread[] threads =
        [
            new(() => together[0] = Train(first, true, 10)),
            new(() => together[1] = Train(second, true, 10)),
        ];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(alone[i].Value, together[i].Value);
            foreach ((string name, float[] gradient) in alone[i].Gradients) Assert.Equal(gradient, together[i].Gradients[name]);
        }
    }

    /// <summary>Takes plain gradient steps on sequences of unequal lengths and returns the last log-probabilities and gradients.</summary>
    private static (float[] Value, IReadOnlyDictionary<string, float[]> Gradients) Train(ModelConfiguration shape, bool fused,
        int steps = 2, int copies = 1, int threads = 1)
    {
        using var scope = torch.NewDisposeScope();
        using Transformer model = Transformer.Initialize(shape, 9);
        model.Fused = fused;
        model.Threads = threads;
        using (torch.no_grad())
            foreach ((string name, torch.Tensor parameter) in model.Parameters)
                if (parameter.dim() == 1) parameter.add_(torch.arange(parameter.shape[0]).remainder(5).mul(0.05f));
        TokenSequence[] batch = [.. Enumerable.Repeat(new[] { (1, 1), (3, 150), (70, 9), (5, 0), (2, 30), (63, 2) }, copies)
            .SelectMany(b => b).Select((lengths, i) => new TokenSequence(Ids(lengths.Item1, i), Ids(lengths.Item2, i + 7)))];
        float[] value = [];
        for (int step = 0; step < steps; step++)
        {
            foreach ((_, torch.Tensor parameter) in model.Parameters) parameter.grad?.zero_();
            torch.Tensor logProbabilities = model.ResponseLogProbabilities(batch);
            value = logProbabilities.data<float>().ToArray();
            logProbabilities.mul(torch.arange(value.Length).remainder(3).sub(1)).mean().backward();
            using (torch.no_grad())
                if (step < steps - 1) foreach ((_, torch.Tensor parameter) in model.Parameters) parameter.sub_(parameter.grad!.mul(0.1f));
        }
        return (value, model.Parameters.ToDictionary(p => p.Name, p => p.Value.grad!.data<float>().ToArray()));
    }

    private static int[] Ids(int length, int salt) =>
        [.. Enumerable.Range(0, length).Select(t => (t * 7 + t * t * 3 + salt * 5) % TinyShape.Llama.VocabularySize)];
}
