using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Tilt.Tasks.Mathematics;

/// <summary>Compares the texts of problems.</summary>
internal static partial class ProblemText
{
    /// <summary>
    /// What is left of a text when only its writing is taken away: letter case, white space, mathematics delimiters, sizes and spaces of
    /// TeX, and the full stop at the end. Signs and digits stay: <c>2 + 3</c> is not <c>2 - 3</c>.
    /// </summary>
    public static string Normalize(string text)
    {
        string plain = Spelling().Replace(text.Normalize(NormalizationForm.FormKC).ToLowerInvariant(), "");
        return plain.Replace("\\dfrac", "\\frac", StringComparison.Ordinal).Replace("\\tfrac", "\\frac", StringComparison.Ordinal)
            .TrimEnd('.', '?', '!', ':');
    }

    /// <summary>A number in [0, 1) that depends on the normalised text alone: the same on every machine and in every version.</summary>
    public static double Share(string text) =>
        (BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Normalize(text)))) >> 11) * (1.0 / (1UL << 53));

    [GeneratedRegex(@"\s+|\$|\\left(?![a-z])|\\right(?![a-z])|\\[,;!: ()\[\]]|\\quad(?![a-z])|~")]
    private static partial Regex Spelling();
}
