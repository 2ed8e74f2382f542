using System.Globalization;
using System.Text;

namespace Tilt.Reporting.Charts;

/// <summary>Coordinates and paths as SVG writes them.</summary>
internal static class Svg
{
    /// <summary>A coordinate with two decimals.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not finite: it must never reach a drawing.</exception>
    internal static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "A coordinate must be finite.");
        double rounded = Math.Round(value, 2, MidpointRounding.AwayFromZero);
        return (rounded == 0 ? 0 : rounded).ToString("0.##", CultureInfo.InvariantCulture);
    }

    /// <summary>A polyline through the points, broken where a coordinate is not finite.</summary>
    internal static string Path(IEnumerable<(double X, double Y)> points)
    {
        StringBuilder path = new();
        bool pen = false;
        foreach ((double x, double y) in points)
        {
            bool finite = double.IsFinite(x) && double.IsFinite(y);
            if (finite)
                path.Append(pen ? 'L' : 'M').Append(Number(x)).Append(' ').Append(Number(y));
            pen = finite;
        }
        return path.ToString();
    }

    /// <summary>Opens a drawing that scales with the page and names itself to screen readers.</summary>
    internal static MarkupWriter OpenSvg(this MarkupWriter writer, string id, double width, double height, string title, string description)
    {
        return writer.Open("svg", ("xmlns", "http://www.w3.org/2000/svg"), ("id", id), ("class", "chart"),
                ("viewBox", $"0 0 {Number(width)} {Number(height)}"), ("role", "img"), ("aria-labelledby", $"{id}-title {id}-desc"))
            .Element("title", title, ("id", $"{id}-title"))
            .Element("desc", description, ("id", $"{id}-desc")).Line();
    }

    /// <summary>A straight line.</summary>
    internal static MarkupWriter Line(this MarkupWriter writer, double x1, double y1, double x2, double y2, string cssClass,
        string? style = null) =>
        writer.Empty("line", ("x1", Number(x1)), ("y1", Number(y1)), ("x2", Number(x2)), ("y2", Number(y2)), ("class", cssClass),
            ("style", style));

    /// <summary>A text at a point. <paramref name="anchor"/> is start, middle or end.</summary>
    internal static MarkupWriter Label(
        this MarkupWriter writer, double x, double y, string content, string anchor, string cssClass, string? style = null) =>
        writer.Element("text", content, ("x", Number(x)), ("y", Number(y)), ("text-anchor", anchor), ("class", cssClass), ("style", style));

    /// <summary>A filled or hollow circle, with a tooltip.</summary>
    internal static MarkupWriter Dot(this MarkupWriter writer, double x, double y, double radius, string cssClass, string style,
        string tooltip) =>
        writer.Open("circle", ("cx", Number(x)), ("cy", Number(y)), ("r", Number(radius)), ("class", cssClass), ("style", style))
            .Element("title", tooltip).Close();

    /// <summary>Width of a text in the page's sans-serif font, estimated: enough to keep labels apart, not to set type.</summary>
    internal static double TextWidth(string content, double fontSize)
    {
        double em = 0;
        foreach (char c in content)
            em += c switch
            {
                'i' or 'l' or 'j' or 'f' or 't' or 'r' or '.' or ',' or ':' or ';' or '|' or '\'' or ' ' or '(' or ')' or '[' or ']' or '/'
                    or '-' => 0.37,
                'm' or 'w' or 'M' or 'W' or '%' or '@' => 0.95,
                >= 'A' and <= 'Z' => 0.7,
                _ => 0.62,
            };
        return em * fontSize;
    }
}
