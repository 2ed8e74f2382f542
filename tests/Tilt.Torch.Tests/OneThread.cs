using System.Runtime.CompilerServices;
using Tilt.Torch.Tensors;

namespace Tilt.Torch.Tests;

internal static class OneThread
{
    /// <summary>Tests run in parallel, each on one thread: libtorch's own threads would only wait for each other.</summary>
    [ModuleInitializer]
    internal static void Configure() => TorchRuntime.Configure(threads: 1);
}
