using Tilt.HuggingFace.Tests;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Torch.Tests.Model;

public sealed class GoldenModelTests
{
    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void Logits_are_those_of_Transformers(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var golden = new GoldenModel(name);
        using Transformer model = Transformer.Load(golden.Folder);
        for (int i = 0; i < golden.Sequences.Length; i++)
        {
            float[] expected = golden.Tensors.ReadFloats($"logits.{i}");
            float[] actual = model.Logits(golden.Sequences[i]).data<float>().ToArray();
            Assert.Equal(expected.Length, actual.Length);
            Assert.InRange(Compare.LargestDifference(expected, actual), 0, 2e-4);
        }
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void Log_probabilities_and_entropies_are_those_of_Transformers(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var golden = new GoldenModel(name);
        using Transformer model = Transformer.Load(golden.Folder);
        (torch.Tensor logProbabilities, torch.Tensor entropies) =
            model.ResponseLogProbabilitiesAndEntropies(golden.AsResponses, cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange(Compare.LargestDifference([.. golden.TokenLogProbabilities.SelectMany(x => x)],
            logProbabilities.data<float>().ToArray()), 0, 1e-4);
        Assert.InRange(Compare.LargestDifference([.. golden.Entropies.SelectMany(x => x[..^1])], entropies.data<float>().ToArray()), 0,
            1e-4);
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void Gradients_are_those_of_Transformers(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var golden = new GoldenModel(name);
        using Transformer model = Transformer.Load(golden.Folder);
        torch.Tensor loss = model.ResponseLogProbabilities(golden.AsResponses).mean().neg();
        Assert.Equal(golden.Root.GetProperty("loss_mean_nll").GetDouble(), loss.item<float>(), 1e-4);
        loss.backward();
        double squares = 0;
        foreach ((string parameter, torch.Tensor value) in model.Parameters)
        {
            float[] expected = golden.Tensors.ReadFloats("grad." + parameter), actual = value.grad!.data<float>().ToArray();
            Assert.InRange(Compare.RelativeDifference(expected, actual), 0, 1e-4);
            squares += actual.Sum(x => (double)x * x);
        }
        double norm = golden.Root.GetProperty("grad_global_norm").GetDouble();
        Assert.InRange(Math.Abs(Math.Sqrt(squares) - norm) / norm, 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(GoldenModel.Names), MemberType = typeof(GoldenModel))]
    public void Bfloat16_products_stay_close_to_float32(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var golden = new GoldenModel(name);
        using Transformer model = Transformer.Load(golden.Folder);
        model.ResponseLogProbabilities(golden.AsResponses, ComputePrecision.BFloat16).mean().neg().backward();
        foreach ((string parameter, torch.Tensor value) in model.Parameters)
            Assert.InRange(Compare.RelativeDifference(golden.Tensors.ReadFloats("grad." + parameter), value.grad!.data<float>().ToArray()),
                1e-5, 0.1);
    }
}
