namespace Tilt.HuggingFace.Tokenizers;

/// <summary>
/// The 256 characters that byte-level tokenizers write bytes with (GPT-2): printable Latin-1 stands for itself, every other
/// byte for a character from U+0100 on, in order.
/// </summary>
public static class ByteAlphabet
{
    /// <summary>The character that stands for a byte.</summary>
    public static char CharacterOf(byte value) => value switch
    {
        <= 0x20 => (char)(0x100 + value),
        >= 0x7F and <= 0xA0 => (char)(0x100 + 0x21 + value - 0x7F),
        0xAD => (char)0x143,
        _ => (char)value,
    };

    /// <summary>The byte that a character stands for, or −1.</summary>
    public static int ByteOf(char character) => character switch
    {
        >= (char)0x100 and <= (char)0x120 => character - 0x100,
        >= (char)0x121 and <= (char)0x142 => character - 0x121 + 0x7F,
        (char)0x143 => 0xAD,
        (>= (char)0x21 and <= (char)0x7E) or (>= (char)0xA1 and <= (char)0xFF and not (char)0xAD) => character,
        _ => -1,
    };

    /// <summary>
    /// The bytes of a token, as every byte-level decoder reads them: byte by byte where all of its characters are of the
    /// alphabet, else as UTF-8.
    /// </summary>
    public static byte[] BytesOf(string token)
    {
        var bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            int value = ByteOf(token[i]);
            if (value < 0) return System.Text.Encoding.UTF8.GetBytes(token);
            bytes[i] = (byte)value;
        }
        return bytes;
    }
}
