using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Tests.Export;

public sealed class HalfPrecisionTests
{
    /// <summary>Every pattern of exponent and the bits around the cut, both signs, with ties and their neighbours.</summary>
    private static readonly float[] Values =
        [.. Enumerable.Range(0, 1 << 16)
            .SelectMany(high => ((uint[])[0, 1, 0x0FFF, 0x1000, 0x1001, 0x2000, 0x3000, 0x7FFF, 0x8000, 0x8001, 0xFFFF])
                .Select(low => BitConverter.UInt32BitsToSingle(((uint)high << 16) | low)))];

    [Fact]
    public void Float16_is_rounded_as_the_runtime_rounds_it()
    {
        var rounded = new ushort[Values.Length];
        HalfPrecision.ToFloat16(Values, rounded);
        for (int i = 0; i < Values.Length; i++)
        {
            ushort expected = float.IsNaN(Values[i])
                ? (ushort)(0x7E00 | (float.IsNegative(Values[i]) ? 0x8000 : 0))
                : BitConverter.HalfToUInt16Bits((Half)Values[i]);
            Assert.Equal(expected, rounded[i]);
            Assert.Equal(expected, HalfPrecision.ToFloat16(Values[i]));
        }
    }

    [Fact]
    public void BFloat16_is_the_nearest_and_of_two_equally_near_the_even_one()
    {
        var rounded = new ushort[Values.Length];
        HalfPrecision.ToBFloat16(Values, rounded);
        for (int i = 0; i < Values.Length; i++)
        {
            Assert.Equal(HalfPrecision.ToBFloat16(Values[i]), rounded[i]);
            uint bits = BitConverter.SingleToUInt32Bits(Values[i]);
            if (float.IsNaN(Values[i])) Assert.Equal((ushort)((bits >> 16) | 0x40), rounded[i]);
            else Assert.Equal((ushort)Math.Round(bits / 65536m, MidpointRounding.ToEven), rounded[i]);
        }
    }

    [Fact]
    public void All_16_bit_numbers_are_widened_exactly()
    {
        ushort[] bits = [.. Enumerable.Range(0, 1 << 16).Select(i => (ushort)i)];
        float[] fromFloat16 = new float[bits.Length], fromBFloat16 = new float[bits.Length];
        HalfPrecision.FromFloat16(bits, fromFloat16);
        HalfPrecision.FromBFloat16(bits, fromBFloat16);
        for (int i = 0; i < bits.Length; i++)
        {
            Assert.Equal(BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf(bits[i])),
                BitConverter.SingleToUInt32Bits(fromFloat16[i]) | (float.IsNaN(fromFloat16[i]) ? 0x400000u : 0));
            Assert.Equal((uint)i << 16, BitConverter.SingleToUInt32Bits(fromBFloat16[i]));
        }
    }
}
