using Tilt.Torch.Native;
using static TorchSharp.torch;

namespace Tilt.Torch.Tests.Native;

/// <summary>What is reached past TorchSharp: these have to work wherever the tests run, or the engine would quietly be slower.</summary>
public sealed class NativeTests
{
    [Fact]
    public void The_native_functions_are_there_and_do_what_they_should()
    {
        Assert.True(ThreadTeam.IsAvailable);
        Assert.Equal(BFloat16Instructions.HasDotProduct, PackedProduct.IsAvailable);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_piece_of_work_is_done_once(int threads)
    {
        int before = get_num_threads();
        set_num_threads(threads);
        try
        {
            for (int pieces = 0; pieces < 40; pieces++)
            {
                var done = new int[pieces];
                ThreadTeam.Run(pieces, i => Interlocked.Increment(ref done[i]));
                Assert.All(done, count => Assert.Equal(1, count));
            }
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void A_failure_on_any_thread_reaches_the_caller()
    {
        int before = get_num_threads();
        set_num_threads(3);
        try
        {
            for (int failing = 0; failing < 10; failing++)
                Assert.Equal("piece", Assert.Throws<InvalidOperationException>(() => ThreadTeam.Run(10, i =>
                {
                    if (i == failing) throw new InvalidOperationException("piece");
                })).Message);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void Packed_products_are_those_of_plain_ones()
    {
        Assert.SkipUnless(PackedProduct.IsAvailable, "This processor has no bfloat16 instructions.");
        using var scope = NewDisposeScope();
        var generator = new Generator(5);
        foreach ((int rows, int outputs, int inputs) in new[] { (1, 1, 1), (1, 96, 64), (3, 17, 33), (8, 128, 80), (70, 40, 200) })
        {
            Tensor x = randn([rows, inputs], generator: generator).to(ScalarType.BFloat16),
                w = randn([outputs, inputs], generator: generator).to(ScalarType.BFloat16);
            Tensor expected = x.to(ScalarType.Float32).matmul(w.to(ScalarType.Float32).t());
            Tensor actual = PackedProduct.Multiply(x, PackedProduct.Pack(w)).to(ScalarType.Float32);
            Assert.Equal([rows, outputs], actual.shape);
            Assert.True(actual.sub(expected).abs().sub(expected.abs().div(128).add(1e-2)).max().item<float>() <= 0);
        }
    }
}
