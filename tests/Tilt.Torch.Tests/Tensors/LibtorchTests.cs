using TorchSharp;

namespace Tilt.Torch.Tests.Tensors;

public sealed class LibtorchTests
{
    [Fact]
    public void Libtorch_loads_and_computes_on_this_machine()
    {
        using var scope = torch.NewDisposeScope();
        var product = torch.ones(3, 4).matmul(torch.ones(4, 5));
        Assert.Equal(60f, product.sum().item<float>());
    }
}
