using System.Globalization;

namespace Tilt.Acceptance;

/// <summary>The options of seeded searches: a seed and a size.</summary>
internal static class LongOptions
{
    /// <summary>Reads <c>--seed N</c> and one more option; false where anything else stands there.</summary>
    public static bool TryRead(ReadOnlySpan<string> args, string sizeName, int defaultSize, out ulong seed, out int size)
    {
        (seed, size) = (1, defaultSize);
        for (int i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) return false;
            bool read = args[i] == "--seed"
                ? ulong.TryParse(args[i + 1], CultureInfo.InvariantCulture, out seed)
                : args[i] == sizeName && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out size) && size > 0;
            if (!read) return false;
        }

        return true;
    }
}
