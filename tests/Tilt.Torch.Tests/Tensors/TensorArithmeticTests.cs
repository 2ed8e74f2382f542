using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Torch.Tests.Tensors;

public sealed class TensorArithmeticTests
{
    [Fact]
    public void Every_operation_does_what_it_says()
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor x = torch.tensor(new[] { 1f, 2f }), y = torch.tensor(new[] { 10f, 20f });
        Assert.Equal([11f, 22f], x.Plus(y).data<float>().ToArray());
        Assert.Equal([1.5f, 2.5f], x.Plus(0.5).data<float>().ToArray());
        Assert.Equal([3f, 6f], x.Times(3).data<float>().ToArray());
        Assert.Equal([0.25f, 0.5f], x.DividedBy(4).data<float>().ToArray());
        Assert.Equal([1f, 1.5f], x.AtMost(1.5).data<float>().ToArray());
        Assert.Equal([6f, 12f], x.clone().PlusInPlace(y, 0.5).data<float>().ToArray());
        Assert.Equal([11f, 22f], x.clone().PlusInPlace(y).data<float>().ToArray());
        Assert.Equal([-2f, -4f], x.clone().TimesInPlace(-2).data<float>().ToArray());
        Assert.Equal([1f, 2f], x.data<float>().ToArray());
        Assert.Equal([0L, 1, 2], TensorArithmetic.Counting(3, torch.CPU).data<long>().ToArray());
        Assert.Equal([false, false, true], TensorArithmetic.Counting(3, torch.CPU).Exceeds(1).data<bool>().ToArray());
        Assert.Equal([1f, -8f], x.clone().FillInPlace(torch.tensor(new[] { false, true }), -8).data<float>().ToArray());
        Assert.Equal([0L, 3, 5], torch.tensor(new[] { -7L, 2, 9 }).Plus(1).Within(0, 5).data<long>().ToArray());
        Assert.Equal([float.NegativeInfinity, float.NegativeInfinity],
            TensorArithmetic.Filled(double.NegativeInfinity, torch.CPU, 2).data<float>().ToArray());
    }
}
