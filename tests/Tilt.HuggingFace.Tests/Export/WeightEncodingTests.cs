using System.Runtime.InteropServices;
using CsCheck;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Tests.Export;

public sealed class WeightEncodingTests
{
    [Fact]
    public void Q8_0_rounds_halves_away_from_zero()
    {
        var row = new float[32];
        (row[0], row[1], row[2], row[3], row[4], row[5], row[31]) = (127, 0.5f, -0.5f, 1.5f, -2.5f, 0.49999997f, -126.5f);
        byte[] bytes = Encode(WeightType.Q8_0, row);
        Assert.Equal(BitConverter.GetBytes((Half)1), bytes[..2]);
        Assert.Equal([127, 1, -1, 2, -3, 0, -127], (sbyte[])[.. ((int[])[0, 1, 2, 3, 4, 5, 31]).Select(i => (sbyte)bytes[2 + i])]);
    }

    [Fact]
    public void A_block_of_zeros_has_scale_zero()
    {
        Assert.Equal(new byte[34], Encode(WeightType.Q8_0, new float[32]));
    }

    [Fact]
    public void A_block_of_denormals_is_stored_as_zeros()
    {
        var row = new float[32];
        Array.Fill(row, 1e-40f);
        Assert.Equal(new byte[34], Encode(WeightType.Q8_0, row));
    }

    [Fact]
    public void Q8_0_has_the_bytes_of_the_plain_formula()
    {
        Gen.Float[-1, 1].Array[32]
            .Select(Gen.Int[-40, 4], (values, exponent) => values.Select(v => (float)(v * Math.Pow(10, exponent))).ToArray()).Sample(row =>
            {
                float scale = row.Max(Math.Abs) / 127f, inverse = 1f / scale;
                byte[] expected = [.. BitConverter.GetBytes((Half)scale),
                    .. row.Select(v => float.IsFinite(inverse)
                        ? (byte)(sbyte)MathF.Round(v * inverse, MidpointRounding.AwayFromZero)
                        : (byte)0)];
                Assert.Equal(expected, Encode(WeightType.Q8_0, row));
            }, iter: 20_000, seed: "0000000000001");
    }

    [Theory]
    [InlineData(WeightType.Float16, 65519.996f, 65520f)]
    [InlineData(WeightType.BFloat16, 3.3961774e38f, 3.3961776e38f)]
    [InlineData(WeightType.Float32, float.MaxValue, float.PositiveInfinity)]
    [InlineData(WeightType.Q8_0, 127 * 65519f, 127 * 65520f)]
    public void A_type_holds_what_stays_finite_in_it(WeightType type, float largest, float tooLarge)
    {
        Assert.True(WeightEncoding.Holds(type, largest));
        Assert.False(WeightEncoding.Holds(type, tooLarge));
        Assert.False(WeightEncoding.Holds(type, float.NaN));
        if (type is WeightType.Float16) Assert.True(Half.IsFinite((Half)largest) && !Half.IsFinite((Half)tooLarge));
        if (type is WeightType.BFloat16)
            Assert.True(HalfPrecision.ToBFloat16(largest) < 0x7F80 && HalfPrecision.ToBFloat16(tooLarge) == 0x7F80);
    }

    [Fact]
    public void The_largest_magnitude_is_found_wherever_it_stands_and_nan_is_above_all()
    {
        for (int length = 1; length < 40; length++)
        {
            for (int place = 0; place < length; place++)
            {
                float[] row = [.. Enumerable.Range(0, length).Select(i => i == place ? -1e9f : i)];
                Assert.Equal(1e9f, WeightEncoding.LargestMagnitude(row));
                row[(place + 1) % length] = float.NegativeInfinity;
                row[place] = float.NaN;
                Assert.True(float.IsNaN(WeightEncoding.LargestMagnitude(row)));
            }
        }
    }

    [Fact]
    public void Float32_rows_are_copied()
    {
        float[] row = [1, -0f, float.Epsilon];
        Assert.Equal(MemoryMarshal.AsBytes(row.AsSpan()).ToArray(), Encode(WeightType.Float32, row));
    }

    private static byte[] Encode(WeightType type, float[] row)
    {
        var bytes = new byte[WeightEncoding.RowBytes(type, row.Length)];
        WeightEncoding.Encode(type, row, bytes);
        return bytes;
    }
}
