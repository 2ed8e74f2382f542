using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.Tests;
using Tilt.Rollouts;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Torch.Tests.Model;

public sealed class TransformerTests
{
    [Fact]
    public void Initialization_is_a_function_of_seed_and_shape()
    {
        using Transformer first = Transformer.Initialize(TinyShape.Llama, 7), second = Transformer.Initialize(TinyShape.Llama, 7),
            other = Transformer.Initialize(TinyShape.Llama, 8);
        foreach ((string name, float[] values) in first.CopyWeights())
        {
            Assert.Equal(values, second.CopyWeights()[name]);
            if (!name.Contains("norm")) Assert.NotEqual(values, other.CopyWeights()[name]);
            else Assert.All(values, v => Assert.Equal(1f, v));
        }
    }

    [Fact]
    public void Initial_weights_have_the_stated_deviations()
    {
        using Transformer model =
            Transformer.Initialize(TinyShape.Llama with { HiddenSize = 128, IntermediateSize = 256, VocabularySize = 200 }, 1);
        IReadOnlyDictionary<string, float[]> weights = model.CopyWeights();
        // The relative error of a standard deviation from n numbers is 1/√(2n); n ≥ 4096 here, and six of those are allowed.
        Check(ParameterLayout.Embedding, 0.05);
        Check("model.layers.1.self_attn.q_proj.weight", 1 / Math.Sqrt(128));
        Check("model.layers.1.self_attn.o_proj.weight", 1 / Math.Sqrt(32 * 4));
        Check("model.layers.0.mlp.down_proj.weight", 1 / Math.Sqrt(256 * 4));
        void Check(string name, double deviation) =>
            Assert.InRange(Math.Sqrt(weights[name].Average(x => (double)x * x)) / deviation, 0.93, 1.07);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("qwen2")]
    [InlineData("qwen3")]
    public void Saved_models_load_with_the_same_weights_and_configuration(string type)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        ModelConfiguration shape = TinyShape.Llama with { Family = ModelFamilies.Of(type), TiedEmbeddings = type != "llama" };
        using Transformer model = Transformer.Initialize(shape, 3);
        model.Save(folder);
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
        using Transformer loaded = Transformer.Load(folder);
        foreach ((string name, float[] values) in model.CopyWeights()) Assert.Equal(values, loaded.CopyWeights()[name]);
        Assert.Equal(shape with { EndOfSequenceIds = [] }, loaded.Configuration with { EndOfSequenceIds = [] });
        Assert.Equal(shape.EndOfSequenceIds, loaded.Configuration.EndOfSequenceIds);
        loaded.Save(folder);
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_clone_has_its_own_weights()
    {
        using var scope = torch.NewDisposeScope();
        using Transformer model = Transformer.Initialize(TinyShape.Llama, 3);
        using Transformer clone = model.Clone();
        using (torch.no_grad()) model[ParameterLayout.Embedding].zero_();
        Assert.NotEqual(model.CopyWeights()[ParameterLayout.Embedding], clone.CopyWeights()[ParameterLayout.Embedding]);
        clone.CopyFrom(model);
        Assert.Equal(model.CopyWeights()[ParameterLayout.Embedding], clone.CopyWeights()[ParameterLayout.Embedding]);
    }

    [Fact]
    public void Weights_that_do_not_fit_are_all_listed_in_one_message()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        using Transformer model = Transformer.Initialize(TinyShape.Llama, 3);
        model.Save(folder);
        ModelConfigurationWriter.Write(folder, TinyShape.Llama with { IntermediateSize = 40, LayerCount = 3, TiedEmbeddings = false });
        string message = Assert.Throws<InputException>(() => Transformer.Load(folder)).Message;
        Assert.Contains("'lm_head.weight' of shape [31, 32] is missing", message);
        Assert.Contains("'model.layers.2.self_attn.q_proj.weight'", message);
        Assert.Contains("'model.layers.0.mlp.down_proj.weight' has shape [32, 48] where the configuration needs [32, 40]", message);
        ModelConfigurationWriter.Write(folder, TinyShape.Llama with { LayerCount = 1 });
        Assert.Contains("'model.layers.1.mlp.up_proj.weight' belongs to no parameter",
            Assert.Throws<InputException>(() => Transformer.Load(folder)).Message);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(700)]
    public void Attention_in_pieces_is_attention(long elements)
    {
        using var scope = torch.NewDisposeScope();
        using Transformer whole = Transformer.Initialize(TinyShape.Llama, 3), pieces = Transformer.Initialize(TinyShape.Llama, 3);
        (whole.Fused, pieces.Fused, pieces.AttentionElements) = (false, false, elements);
        TokenSequence[] batch = [new([1, 2, 3], [4, 5, 6, 7, 8, 9, 10]), new([11], [12, 13])];
        using (torch.no_grad())
        {
            float[] expected = whole.ResponseLogProbabilities(batch).data<float>().ToArray(),
                actual = pieces.ResponseLogProbabilities(batch).data<float>().ToArray();
            Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-5);
        }
    }

    [Fact]
    public void A_stored_output_matrix_must_be_the_embedding_that_it_is_tied_to()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        using Transformer model = Transformer.Initialize(TinyShape.Llama with { TiedEmbeddings = false }, 3);
        model.Save(folder);
        ModelConfigurationWriter.Write(folder, TinyShape.Llama);
        string message = Assert.Throws<InputException>(() => Transformer.Load(folder)).Message;
        Assert.Contains("'lm_head.weight' differs from 'model.embed_tokens.weight', to which tie_word_embeddings ties it", message);
        using (torch.no_grad()) model[ParameterLayout.Output].copy_(model[ParameterLayout.Embedding]);
        model.Save(folder);
        ModelConfigurationWriter.Write(folder, TinyShape.Llama);
        using Transformer tied = Transformer.Load(folder);
        Assert.DoesNotContain(ParameterLayout.Output, tied.Parameters.Select(p => p.Name));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(new int[0], "empty")]
    [InlineData(new[] { 31 }, "token id 31")]
    [InlineData(new[] { -1 }, "token id -1")]
    public void Prompts_that_cannot_be_read_are_refused(int[] prompt, string reason)
    {
        using Transformer model = Transformer.Initialize(TinyShape.Llama, 3);
        Assert.Contains(reason,
            Assert.Throws<ArgumentException>(() => model.ResponseLogProbabilities([new TokenSequence(prompt, [1])])).Message);
    }

    [Fact]
    public void A_sequence_scores_the_same_alone_and_beside_others_of_other_lengths()
    {
        using var scope = torch.NewDisposeScope();
        using Transformer model = Transformer.Initialize(TinyShape.Llama, 5);
        TokenSequence[] batch = [new([1, 2, 3], [4, 5]), new([6], [7, 8, 9, 10, 11, 0]), new([12, 13], []), new([1, 2, 3, 4], [4])];
        float[] together = model.ResponseLogProbabilities(batch).data<float>().ToArray();
        float[] alone = [.. batch.SelectMany(s => model.ResponseLogProbabilities([s]).data<float>().ToArray())];
        Assert.Equal(9, together.Length);
        for (int i = 0; i < alone.Length; i++) Assert.Equal(alone[i], together[i], 1e-5f);
    }

    [Fact]
    public void Pretraining_log_probabilities_are_those_of_the_logits()
    {
        using var scope = torch.NewDisposeScope();
        using Transformer model = Transformer.Initialize(TinyShape.Llama, 5);
        torch.Tensor ids = torch.tensor(new long[] { 1, 2, 3, 4, 5, 6, 7, 8, 0, 0 }).view(2, 5);
        torch.Tensor actual = model.NextTokenLogProbabilities(ids);
        Assert.Equal([2, 4], actual.shape);
        for (int row = 0; row < 2; row++)
        {
            int[] document = [.. ids[row].data<long>().Select(id => (int)id)];
            torch.Tensor expected =
                model.Logits(document).log_softmax(-1).narrow(0, 0, 4).gather(1, ids[row].narrow(0, 1, 4).unsqueeze(1)).squeeze(1);
            Assert.True(torch.allclose(expected, actual[row], rtol: 0, atol: 1e-5));
        }
    }

    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void Training_steps_leave_no_tensors_behind(ComputePrecision precision)
    {
        using Transformer model = Transformer.Initialize(TinyShape.Llama, 5);
        TokenSequence[] batch = [new([1, 2, 3], [4, 5]), new([6], [7, 8, 9])];
        long live = 0;
        for (int step = 0; step < 500; step++)
        {
            using (var scope = torch.NewDisposeScope())
            {
                (torch.Tensor logProbabilities, torch.Tensor entropies) =
                    model.ResponseLogProbabilitiesAndEntropies(batch, precision, TestContext.Current.CancellationToken);
                logProbabilities.mean().add(entropies.mean()).backward();
                foreach ((_, torch.Tensor value) in model.Parameters) value.grad!.zero_();
            }
            if (step == 10) live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        }
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
