using System.Globalization;
using System.Text;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Functions;

/// <summary>Dates as <c>strftime</c> writes them, in English.</summary>
internal static class DateText
{
    public static string Of(DateTime time, string format)
    {
        var text = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }
            // "%-d" is "%d" without zeros before it.
            bool bare = format[++i] == '-' && i + 1 < format.Length;
            if (bare) i++;
            string part = Part(time, format[i]);
            text.Append(bare && part.Length > 1 ? part[..^1].TrimStart('0', ' ') + part[^1] : part);
        }
        return text.ToString();
    }

    private static string Part(DateTime time, char code) => code switch
    {
        'Y' => Written(time, "yyyy"),
        'y' => Written(time, "yy"),
        'm' => Written(time, "MM"),
        'd' => Written(time, "dd"),
        'e' => Written(time, "%d").PadLeft(2),
        'B' => Written(time, "MMMM"),
        'b' or 'h' => Written(time, "MMM"),
        'A' => Written(time, "dddd"),
        'a' => Written(time, "ddd"),
        'H' => Written(time, "HH"),
        'I' => Written(time, "hh"),
        'M' => Written(time, "mm"),
        'S' => Written(time, "ss"),
        'f' => Written(time, "ffffff"),
        'p' => Written(time, "tt"),
        'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'F' => Written(time, "yyyy-MM-dd"),
        'T' => Written(time, "HH:mm:ss"),
        'R' => Written(time, "HH:mm"),
        'D' or 'x' => Written(time, "MM/dd/yy"),
        'X' => Written(time, "HH:mm:ss"),
        'c' => Written(time, "ddd MMM ") + Written(time, "%d").PadLeft(2) + Written(time, " HH:mm:ss yyyy"),
        'u' => (time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'z' or 'Z' => "", // The time of a conversation is local and without a zone, as in Transformers.
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => throw new JinjaException($"the part '%{code}' of a date is not supported"),
    };

    private static string Written(DateTime time, string format) => time.ToString(format, CultureInfo.InvariantCulture);
}
