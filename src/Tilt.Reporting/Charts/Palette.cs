using System.Globalization;
using System.Text;
using Tilt.Results;

namespace Tilt.Reporting.Charts;

/// <summary>
/// Colours of the families as CSS variables, one ramp each for light and dark pages. The hues are those of Okabe and Ito's
/// colour-blind-safe set (cool with task reward, warm without), with lightness as a second cue inside a family.
/// </summary>
internal static class Palette
{
    /// <summary>Shades in a family's ramp.</summary>
    internal const int Shades = 7;

    /// <summary>The family's main colour.</summary>
    internal static string Of(MethodFamily family) => $"var(--{CssName(family)})";

    /// <summary>The colour of the <paramref name="index"/>th of <paramref name="count"/> lines of a family.</summary>
    internal static string Of(MethodFamily family, int index, int count) => count == 1
        ? Of(family)
        : string.Create(CultureInfo.InvariantCulture, $"var(--{CssName(family)}-{(int)Math.Round(index * (Shades - 1.0) / (count - 1))})");

    /// <summary>Declarations of every variable for a light (or dark) page.</summary>
    internal static string Declarations(bool dark)
    {
        StringBuilder css = new();
        foreach (MethodFamily family in Enum.GetValues<MethodFamily>())
        {
            (int main, int from, int to) = Hues(family, dark);
            css.Append(CultureInfo.InvariantCulture, $"--{CssName(family)}:#{main:x6};");
            for (int i = 0; i < Shades; i++)
                css.Append(CultureInfo.InvariantCulture, $"--{CssName(family)}-{i}:#{Mix(from, to, i / (Shades - 1.0)):x6};");
        }
        return css.ToString();
    }

    private static string CssName(MethodFamily family) => family switch
    {
        MethodFamily.Base => "base",
        MethodFamily.Inference => "inference",
        MethodFamily.Oracle => "oracle",
        MethodFamily.TaskReward => "task",
        MethodFamily.Tilted => "tilted",
        MethodFamily.Tempered => "tempered",
        MethodFamily.Sharpening => "sharpening",
        _ => throw new ArgumentOutOfRangeException(nameof(family)),
    };

    private static (int Main, int From, int To) Hues(MethodFamily family, bool dark) => (family, dark) switch
    {
        (MethodFamily.Base, false) => (0x4b5563, 0x4b5563, 0x9ca3af),
        (MethodFamily.Base, true) => (0xb4bcc8, 0xb4bcc8, 0x6b7280),
        (MethodFamily.Inference, false) => (0x7a4a9e, 0xc39adf, 0x4b1f78),
        (MethodFamily.Inference, true) => (0xc09ae6, 0xe9d8fb, 0x8f5cc9),
        (MethodFamily.Oracle, false) => (0x8a8178, 0xb5aca3, 0x5f574f),
        (MethodFamily.Oracle, true) => (0xa89f95, 0xcfc7be, 0x857c72),
        (MethodFamily.TaskReward, false) => (0x00805c, 0x2fb88f, 0x005c42),
        (MethodFamily.TaskReward, true) => (0x3ccb9f, 0x8fe8cb, 0x24a07b),
        (MethodFamily.Tilted, false) => (0x0b6fb3, 0x62b5ea, 0x0a3578),
        (MethodFamily.Tilted, true) => (0x5fb0ee, 0xc2e2ff, 0x3a7fd0),
        (MethodFamily.Tempered, false) => (0xb97a00, 0xe8b548, 0x704600),
        (MethodFamily.Tempered, true) => (0xeab54c, 0xffe3ac, 0xbd8318),
        (MethodFamily.Sharpening, false) => (0xc23b22, 0xf08a6c, 0x7d1408),
        (MethodFamily.Sharpening, true) => (0xf0795f, 0xffc2b0, 0xd2462c),
        _ => throw new ArgumentOutOfRangeException(nameof(family)),
    };

    private static int Mix(int from, int to, double share)
    {
        int mixed = 0;
        for (int shift = 16; shift >= 0; shift -= 8)
        {
            double channel = (from >> shift & 0xff) * (1 - share) + (to >> shift & 0xff) * share;
            mixed |= (int)Math.Round(channel) << shift;
        }
        return mixed;
    }
}
