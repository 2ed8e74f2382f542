using Tilt.Reporting.Charts;

namespace Tilt.Reporting.Pages;

/// <summary>The head of every page: title, style sheet and colours, all inside the page.</summary>
internal static class PageHead
{
    /// <summary>Writes the head.</summary>
    internal static void Head(this MarkupWriter page, string title, string tiltVersion)
    {
        page.Line().Open("head").Line()
            .Empty("meta", ("charset", "utf-8"))
            .Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"))
            .Empty("meta", ("name", "color-scheme"), ("content", "light dark"))
            .Empty("meta", ("name", "generator"), ("content", $"Tilt {tiltVersion}")).Line()
            .Element("title", title).Line()
            .Open("style").Line();
        page.Verbatim($":root{{{Palette.Declarations(dark: false)}}}\n")
            .Verbatim($"@media screen and (prefers-color-scheme:dark){{:root{{{Palette.Declarations(dark: true)}}}}}\n")
            .Verbatim(Resource("report.css"));
        page.Close().Line().Close().Line();
    }

    /// <summary>A file that is embedded in the assembly.</summary>
    internal static string Resource(string name)
    {
        using Stream stream = typeof(PageHead).Assembly.GetManifestResourceStream($"Tilt.Reporting.{name}")
            ?? throw new InvalidOperationException($"The assembly lacks its embedded file \"{name}\".");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
