using System.Runtime.Intrinsics;
using Tilt.Torch.TrainingKernels;

namespace Tilt.Torch.Tests.TrainingKernels;

public sealed class VectorMathTests
{
    [Fact]
    public void The_exponential_has_a_relative_error_below_2_to_the_minus_22()
    {
        for (float x = -86.9f; x < 87.9f; x += 0.0137f)
            Assert.InRange(Math.Abs(VectorMath.Exp(Vector512.Create(x))[3] / Math.Exp(x) - 1), 0, Math.Pow(2, -22));
    }

    [Theory]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(-1e30f, 0f)]
    [InlineData(-87.5f, 0f)]
    [InlineData(0f, 1f)]
    public void Extremes_are_exact(float x, float expected) => Assert.Equal(expected, VectorMath.Exp(Vector512.Create(x))[0]);

    [Fact]
    public void Large_arguments_stay_finite() => Assert.True(float.IsFinite(VectorMath.Exp(Vector512.Create(1e30f))[0]));
}
