using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Safetensors;
using Tilt.Inference.Vectors;
using Tilt.Rollouts;
using Tilt.Torch.Decoding;
using Tilt.Torch.Model;
using Tilt.Torch.Native;
using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Torch.Tests;

public sealed class LoadedModelTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("llama", SafetensorsType.F32)]
    [InlineData("llama", SafetensorsType.BF16)]
    [InlineData("qwen2", SafetensorsType.F16)]
    [InlineData("qwen3", SafetensorsType.BF16)]
    public void A_loaded_model_is_the_transformer_of_the_same_folder(string type, SafetensorsType weights)
    {
        Save(type, weights);
        using Transformer transformer = Transformer.Load(_folder);
        using var expected = new TorchLanguageModel(transformer);
        TokenSequence[] sequences = [new([1, 2, 3], [4, 5, 6, 7]), new([1, 2, 3], []), new([9], [22, 1]), new([1, 2, 3], [0])];
        TokenScores[] scores = expected.Score(sequences);
        foreach (TorchLanguageModel model in Engines())
        {
            using (model) AssertEqual(scores, model.Score(sequences));
        }
    }

    [Fact]
    public void Long_prompts_are_read_in_chunks_that_do_not_show()
    {
        ModelConfiguration shape = TorchEngineTests.Shape("qwen3") with { ContextLength = 1100 };
        using (Transformer transformer = Transformer.Initialize(shape, 4)) transformer.Save(_folder);
        int[] Prompt(int length) => [.. Enumerable.Range(0, length).Select(i => (i * 7 + length) % 23)];
        // Chunks of 512 tokens end within prompts, and one takes in the end of a prompt and the beginning of the next.
        int[][] prompts = [Prompt(300), Prompt(3), Prompt(530), Prompt(213)];
        using TorchLanguageModel model = TorchLanguageModel.Load(_folder), whole = LoadedModels.OfOperations(_folder);
        using IModelState state = model.Prefill(prompts), expected = whole.Prefill(prompts);
        float[] left = new float[23], right = new float[23];
        for (int step = 0; step < 3; step++)
        {
            for (int row = 0; row < prompts.Length; row++)
            {
                state.Row(row, left);
                expected.Row(row, right);
                for (int id = 0; id < left.Length; id++) Assert.Equal(right[id], left[id], 2e-5);
            }
            state.Step([1, 2, 3, 4]);
            expected.Step([1, 2, 3, 4]);
        }
        TokenSequence[] sequences = [.. prompts.Select(p => new TokenSequence(p[..2], p[2..])), new(prompts[2], prompts[1])];
        AssertEqual(whole.Score(sequences), model.Score(sequences));
    }

    [Fact]
    public void Every_engine_agrees_on_every_question_about_the_distributions()
    {
        Save("qwen3", SafetensorsType.BF16);
        foreach (TorchLanguageModel model in Engines())
        {
            using TorchLanguageModel reference = LoadedModels.OfOperations(_folder);
            using IModelState expected = reference.Prefill([[1, 2, 3], [4], [1, 2, 3]]), state = model.Prefill([[1, 2, 3], [4], [1, 2, 3]]);
            foreach (IModelState one in new[] { expected, state })
            {
                one.Step([5, 6, 7]);
                one.Select([2, 0, 0, 1]);
                one.Step([8, 9, 10, 11]);
            }
            (int[] tokens, int[] other) = (new int[12], new int[12]);
            (float[] a, float[] b, float[] c, float[] d) = (new float[12], new float[12], new float[12], new float[12]);
            expected.TopK(3, tokens, a);
            state.TopK(3, other, b);
            Assert.Equal(tokens, other);
            AssertNear(a, b);
            (tokens, other) = (new int[4], new int[4]);
            (a, b, c, d) = (new float[4], new float[4], new float[4], new float[4]);
            foreach (float temperature in new[] { 0f, 0.5f, 1f, 2f })
            {
                double[] uniforms = [0.01, 0.35, 0.62, 0.97];
                expected.Sample(temperature, uniforms, tokens, a, b);
                state.Sample(temperature, uniforms, other, c, d);
                Assert.Equal(tokens, other);
                AssertNear(a, c);
                AssertNear(b, d);
            }
            expected.LogProbabilities([1, 2, 3, 4], a);
            state.LogProbabilities([1, 2, 3, 4], b);
            AssertNear(a, b);
            expected.Entropies(a);
            state.Entropies(b);
            AssertNear(a, b);
            model.Dispose();
        }
    }

    [Fact]
    public void States_outlive_their_model_and_selections_their_distributions()
    {
        Save("llama", SafetensorsType.BF16);
        TorchLanguageModel model = TorchLanguageModel.Load(_folder);
        using IModelState state = model.Prefill([[1, 2], [3]]);
        model.Dispose();
        state.Select([1, 0, 1]);
        state.Step([4, 5, 4]);
        float[] entropies = new float[3];
        state.Entropies(entropies);
        Assert.Equal(entropies[0], entropies[2]);
        Assert.All(entropies, e => Assert.InRange(e, 0.1f, 3.2f));
    }

    [Fact]
    public void Weights_are_the_same_whether_prefetched_packed_or_read_when_needed()
    {
        Save("qwen2", SafetensorsType.BF16);
        TokenSequence[] sequences = [new([1, 2, 3], [4, 5, 6, 7])];
        using TorchLanguageModel eager = TorchLanguageModel.Load(_folder),
            lazy = TorchLanguageModel.Load(_folder, new() { Prefetch = false });
        TokenScores expected = eager.Score(sequences)[0];
        Assert.Equal(expected.LogProbabilities, lazy.Score(sequences)[0].LogProbabilities);
        Assert.SkipUnless(PackedProduct.IsAvailable, "This processor has no bfloat16 instructions.");
        using TorchLanguageModel packed =
            TorchLanguageModel.Load(_folder, new() { Precision = ComputePrecision.BFloat16, Storage = WeightStorage.Packed });
        TokenScores rounded = packed.Score(sequences)[0];
        for (int t = 0; t < 4; t++) Assert.Equal(expected.LogProbabilities[t], rounded.LogProbabilities[t], 0.1);
        // Packing gave the file's pages back; they are still there to be read.
        Assert.Equal(expected.LogProbabilities, eager.Score(sequences)[0].LogProbabilities);
    }

    [Fact]
    public void What_cannot_be_loaded_is_told()
    {
        Assert.Contains("config.json", Assert.Throws<InputException>(() => TorchLanguageModel.Load(_folder)).Message,
            StringComparison.Ordinal);
        Save("llama", SafetensorsType.F32);
        Assert.Contains("bfloat16",
            Assert.Throws<InputException>(() => TorchLanguageModel.Load(_folder, new() { Storage = WeightStorage.Packed })).Message,
            StringComparison.Ordinal);
        using (TorchLanguageModel model = TorchLanguageModel.Load(_folder)) Assert.Throws<InvalidOperationException>(() => model.Refresh());
        using (FileStream file = File.OpenWrite(Path.Combine(_folder, "model.safetensors"))) file.SetLength(5000);
        Assert.Contains("model.safetensors", Assert.Throws<InputException>(() => TorchLanguageModel.Load(_folder)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Sequences_that_cannot_be_scored_are_refused()
    {
        Save("llama", SafetensorsType.F32);
        using TorchLanguageModel model = TorchLanguageModel.Load(_folder);
        Assert.Throws<ArgumentException>(() => model.Score([new([], [1])]));
        Assert.Throws<ArgumentException>(() => model.Score([new([1], [23])]));
        Assert.Throws<ArgumentException>(() => model.Score([new([1], new int[64])]));
        Assert.Empty(model.Score([]));
        Assert.Empty(model.Score([new([1], [])])[0].LogProbabilities);
    }

    [Fact]
    public void Loading_generating_and_scoring_leave_no_tensors_behind()
    {
        Save("qwen3", SafetensorsType.BF16);
        long live = 0;
        for (int round = 0; round < 4; round++)
        {
            foreach (TorchLanguageModel model in Engines(ComputePrecision.BFloat16))
            {
                using (model)
                using (IModelState state = model.Prefill([.. Enumerable.Repeat((int[])[1, 2, 3], 20)]))
                {
                    state.Step(new int[20]);
                    state.Select([3, 4, 5]);
                    model.Score([new([1, 2], [3, 4])]);
                }
            }
            if (round == 0) live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        }
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private void Save(string type, SafetensorsType weights)
    {
        using Transformer transformer = Transformer.Initialize(TorchEngineTests.Shape(type), 11);
        using (torch.no_grad()) foreach ((_, torch.Tensor value) in transformer.Parameters) value.mul_(value.dim() == 2 ? 1.6 : 1);
        transformer.Save(_folder, weights);
    }

    private IEnumerable<TorchLanguageModel> Engines(ComputePrecision precision = ComputePrecision.Float32)
    {
        yield return TorchLanguageModel.Load(_folder, new() { Precision = precision });
        yield return LoadedModels.OfOperations(_folder, precision);
        foreach (VectorWidth width in Enum.GetValues<VectorWidth>()) yield return LoadedModels.OfWidth(_folder, width, precision);
    }

    private static void AssertEqual(TokenScores[] expected, TokenScores[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            AssertNear(expected[i].LogProbabilities, actual[i].LogProbabilities);
            AssertNear(expected[i].Entropies, actual[i].Entropies);
        }
    }

    private static void AssertNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 2e-5);
    }
}
