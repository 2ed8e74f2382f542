using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Torch.Tests.Tensors;

public sealed class ComputeDeviceTests
{
    [Theory]
    [InlineData("cpu")]
    [InlineData("CPU")]
    public void The_CPU_is_always_there(string name) => Assert.Equal(DeviceType.CPU, ComputeDevice.Of(name).type);

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("cuda:0:0")]
    [InlineData("cuda:99999999999")]
    public void Other_names_are_told_with_those_there_are(string name)
    {
        string message = Assert.Throws<InputException>(() => ComputeDevice.Of(name)).Message;
        Assert.Contains($"'{name}'", message, StringComparison.Ordinal);
        Assert.Contains("cuda:N", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_not_there_is_told()
    {
        string message = Assert.Throws<InputException>(() => ComputeDevice.Of("cuda:999")).Message;
        Assert.Contains("cuda:999", message, StringComparison.Ordinal);
    }
}
