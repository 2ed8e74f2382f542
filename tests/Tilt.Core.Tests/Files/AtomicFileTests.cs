using Tilt.Files;

namespace Tilt.Core.Tests.Files;

public sealed class AtomicFileTests
{
    // A name that no device has: were it not refused, nothing would be lost by the test.
    [Theory]
    [InlineData("/dev/tilt-test")]
    [InlineData("/proc/self/fd/tilt-test")]
    [InlineData("/dev/./fd/../tilt-test")]
    public void Devices_are_never_replaced(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no folder of devices.");
        Assert.Contains("device", Assert.Throws<InputException>(() => AtomicFile.RequireWritable(path)).Message, StringComparison.Ordinal);
        Assert.Contains("device", Assert.Throws<InputException>(() => AtomicFile.WriteText(path, "x")).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }
}
