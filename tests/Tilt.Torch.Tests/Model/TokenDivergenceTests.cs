using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Torch.Tests.Model;

public sealed class TokenDivergenceTests
{
    [Theory]
    [InlineData(1, 7, true)]
    [InlineData(5, 3 * 8, true)]
    [InlineData(1000, 11 * 8, true)]
    [InlineData(1 << 22, 1 << 24, true)]
    [InlineData(5, 3 * 8, false)]
    public void Tiles_of_any_size_give_the_divergence_of_whole_distributions_and_its_gradient(int logitElements, int matrixElements,
        bool trained)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor hidden = Numbers(13, 8, 1.3f).requires_grad_(), output = Numbers(29, 8, 3f), reference = Numbers(13, 6, 0.7f),
            referenceOutput = Numbers(29, 6, 2.1f);
        // A probability that vanishes under the policy, and one that nearly does under the reference.
        output[7].mul_(8);
        referenceOutput[11].mul_(4);
        output.requires_grad = trained;
        var options = new TokenLogProbabilities.Options(ComputePrecision.Float32, WithEntropies: false)
        {
            LogitElements = logitElements,
            MatrixElements = matrixElements
        };
        torch.Tensor actual = TokenDivergence.Of(hidden, output, reference, referenceOutput, options);
        actual.mul(torch.arange(13).sub(4)).sum().backward();
        (torch.Tensor hiddenGradient, torch.Tensor? outputGradient) = (hidden.grad!.clone(), output.grad?.clone());

        torch.Tensor wide = hidden.detach().to(torch.ScalarType.Float64).requires_grad_(),
            wideOutput = output.detach().to(torch.ScalarType.Float64).requires_grad_();
        torch.Tensor policy = wide.matmul(wideOutput.t()).log_softmax(1),
            other = reference.to(torch.ScalarType.Float64).matmul(referenceOutput.to(torch.ScalarType.Float64).t()).log_softmax(1);
        torch.Tensor expected = policy.exp().mul(policy - other).sum(1);
        expected.mul(torch.arange(13).sub(4)).sum().backward();
        Assert.True(expected.min().item<double>() > 0.01);
        Close(expected, actual);
        Close(wide.grad!, hiddenGradient);
        if (trained) Close(wideOutput.grad!, outputGradient!);
        else Assert.Null(outputGradient);
    }

    [Fact]
    public void It_is_zero_with_a_zero_gradient_between_a_model_and_itself()
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor hidden = Numbers(13, 8, 1.3f).requires_grad_(), output = Numbers(29, 8, 3f);
        torch.Tensor divergences = TokenDivergence.Of(hidden, output, hidden.detach(), output,
            new(ComputePrecision.Float32, WithEntropies: false));
        divergences.sum().backward();
        Assert.Equal(0, divergences.abs().max().item<float>());
        Assert.Equal(0, hidden.grad!.abs().max().item<float>());
    }

    private static void Close(torch.Tensor expected, torch.Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().item<double>() / Math.Max(1, expected.abs().max().item<double>()), 0, 1e-5);

    private static torch.Tensor Numbers(int rows, int columns, float step) =>
        torch.arange(rows * columns).mul(step).sin().view(rows, columns);
}
