using Tilt.HuggingFace.GgufModels;

namespace Tilt.HuggingFace.Tests.GgufModels;

public sealed class RotaryScalingSearchTests
{
    [Fact]
    public void The_scaling_of_divisors_is_found()
    {
        var random = new Random(3);
        for (int i = 0; i < 100; i++)
        {
            double theta = random.Next(2) == 0 ? 500000 : 10000, high = random.Next(2) == 0 ? 4 : random.Next(2, 9);
            var scaling = new RotaryScaling(1 << random.Next(1, 6), 1, high, random.Next(2) == 0 ? 8192 : random.Next(200, 4000));
            float[] factors = RotaryFactors.Of(128, theta, scaling);
            Assert.True(RotaryScalingSearch.TryFind(factors, 128, theta, null, out RotaryScaling? found), $"{scaling}");
            float[] again = RotaryFactors.Of(128, theta, found!);
            for (int k = 0; k < factors.Length; k++) Assert.Equal(factors[k], again[k], 1e-4f * factors[k]);
        }
    }

    [Fact]
    public void Of_a_released_model_the_parameters_are_its_own()
    {
        var released = new RotaryScaling(32, 1, 4, 8192);
        Assert.True(RotaryScalingSearch.TryFind(RotaryFactors.Of(64, 500000, released), 64, 500000, null, out RotaryScaling? found));
        Assert.Equal(released, found);
    }

    [Fact]
    public void Divisors_of_one_change_nothing_and_others_are_no_scaling()
    {
        Assert.True(RotaryScalingSearch.TryFind([1, 1, 1, 1], 8, 10000, null, out RotaryScaling? none));
        Assert.Null(none);
        Assert.False(RotaryScalingSearch.TryFind([1, 8, 1, 3], 8, 10000, null, out _));
        Assert.False(RotaryScalingSearch.TryFind([0.5f, 1, 1, 1], 8, 10000, null, out _));
        Assert.False(RotaryScalingSearch.TryFind([1, 1, 1, float.NaN], 8, 10000, null, out _));
    }
}
