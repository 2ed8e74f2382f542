using System.Globalization;

namespace Tilt.Reporting.Tests.Comparison;

/// <summary>A culture that writes numbers unlike the invariant one; made by hand, since only the invariant one is loaded.</summary>
internal static class Foreign
{
    internal static CultureInfo Culture
    {
        get
        {
            CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NumberDecimalSeparator = ",";
            culture.NumberFormat.NumberGroupSeparator = ".";
            culture.NumberFormat.NegativeSign = "~";
            return culture;
        }
    }
}
