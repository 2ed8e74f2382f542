using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Torch.Tests.Model;

public sealed class TokenLogProbabilitiesTests
{
    [Theory]
    [InlineData(1, 7, true)]
    [InlineData(5, 3 * 8, true)]
    [InlineData(1000, 11 * 8, true)]
    [InlineData(1 << 22, 1 << 24, true)]
    [InlineData(5, 3 * 8, false)]
    [InlineData(1 << 22, 1 << 24, false)]
    public void Tiles_of_any_size_give_log_probabilities_entropies_and_gradients_of_the_whole_distribution(int logitElements,
        int matrixElements, bool trained)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor hidden = Numbers(13, 8, 1.3f).requires_grad_(), output = Numbers(29, 8, 3f),
            targets = torch.arange(13).mul(5).remainder(29);
        // A vanishing probability, and rows whose largest logit comes in the first tile and in the last.
        output[7].mul_(60);
        output.requires_grad = trained;
        var options = new TokenLogProbabilities.Options(ComputePrecision.Float32, WithEntropies: true)
        {
            LogitElements = logitElements,
            MatrixElements = matrixElements
        };
        torch.Tensor actual = TokenLogProbabilities.Of(hidden, output, targets, options);
        actual.mul(torch.arange(13).sub(4)).sum().backward();
        (torch.Tensor hiddenGradient, torch.Tensor? outputGradient) = (hidden.grad!.clone(), output.grad?.clone());

        torch.Tensor wide = hidden.detach().to(torch.ScalarType.Float64).requires_grad_(),
            wideOutput = output.detach().to(torch.ScalarType.Float64).requires_grad_();
        torch.Tensor all = wide.matmul(wideOutput.t()).log_softmax(1), expected = all.gather(1, targets.unsqueeze(1)).squeeze(1);
        expected.mul(torch.arange(13).sub(4)).sum().backward();
        Close(expected, actual);
        Close(all.exp().mul(all).nan_to_num(0).sum(1).neg(), options.Entropies!);
        Close(wide.grad!, hiddenGradient);
        if (trained) Close(wideOutput.grad!, outputGradient!);
        else Assert.Null(outputGradient);
    }

    private static void Close(torch.Tensor expected, torch.Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().item<double>() / Math.Max(1, expected.abs().max().item<double>()), 0, 3e-6);

    private static torch.Tensor Numbers(int rows, int columns, float step) =>
        torch.arange(rows * columns).mul(step).sin().view(rows, columns);
}
