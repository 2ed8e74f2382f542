using Tilt.HuggingFace.Architecture;

namespace Tilt.HuggingFace.Tests.Architecture;

public sealed class RotaryEmbeddingTests
{
    private static ModelConfiguration Shape(int headSize, double theta, Llama3RopeScaling? scaling) =>
        TinyShape.Llama with { HeadSize = headSize, RopeTheta = theta, RopeScaling = scaling };

    /// <summary>
    /// What Transformers computes in float32. The rounding of the exponents alone shifts small frequencies by several units in the
    /// last place, so that computing in double precision would not give these numbers.
    /// </summary>
    [Fact]
    public void Frequencies_are_those_of_Transformers_to_a_unit_in_the_last_place()
    {
        Check(Shape(64, 1000000, null),
            1f, 0.649381638f, 0.421696514f, 0.273841977f, 0.177827939f, 0.115478203f, 0.0749894157f, 0.0486967526f, 0.0316227786f,
            0.0205352511f, 0.0133352149f,
            0.00865964312f, 0.00562341325f, 0.00365174143f, 0.00237137382f, 0.00153992651f, 0.00100000005f, 0.000649381662f,
            0.000421696488f, 0.000273841957f,
            0.00017782794f, 0.000115478193f, 7.49894243e-05f, 4.86967547e-05f, 3.16227743e-05f, 2.05352499e-05f, 1.33352141e-05f,
            8.65964375e-06f, 5.62341347e-06f,
            3.65174128e-06f, 2.37137374e-06f, 1.53992653e-06f);
        Check(Shape(16, 500000, new(32, 1, 4, 64)), 1f, 0.0671330392f, 0.00117518846f, 0.000227895784f, 4.41941702e-05f, 8.57025589e-06f,
            1.66196742e-06f, 3.22293289e-07f);
        Check(Shape(20, 500000, new(32, 1, 4, 16)),
            0.530633807f, 0.00841304101f, 0.00226493622f, 0.000609760056f, 0.000164157987f, 4.41941702e-05f, 1.18978332e-05f,
            3.20310437e-06f, 8.62330921e-07f, 2.3215452e-07f);
        Check(Shape(10, 10000, new(8, 0.5, 2, 50)), 1f, 0.0901873484f, 0.0031398579f, 0.000497633824f, 7.88696634e-05f);
    }

    /// <summary>One divided by a tensor is a reciprocal and a product there, with two roundings.</summary>
    [Fact]
    public void Interpolated_frequencies_have_the_roundings_of_Transformers() =>
        Assert.Equal([0.943661988f, 0.00452987244f, 0.000328315975f, 2.37956665e-05f, 1.72466184e-06f],
            RotaryEmbedding.Frequencies(Shape(10, 500000, new(16, 1, 4, 24))));

    private static void Check(ModelConfiguration shape, params float[] expected)
    {
        float[] actual = RotaryEmbedding.Frequencies(shape);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(actual[i], MathF.BitDecrement(expected[i]), MathF.BitIncrement(expected[i]));
    }
}
