using Tilt.Models;

[assembly: AssemblyFixture(typeof(Tilt.Inference.Tests.SingleThreadedTorch))]

namespace Tilt.Inference.Tests;

/// <summary>
/// Test classes run in parallel and their models are tiny: threads within an operation would only wait for each other, many times
/// longer than the work takes.
/// </summary>
public sealed class SingleThreadedTorch
{
    public SingleThreadedTorch() => TorchRuntime.Configure(threads: 1);
}
