using Tilt.Reporting.Charts;

namespace Tilt.Reporting.Pages;

/// <summary>Parts that every section of the page is made of.</summary>
internal static class Section
{
    /// <summary>Opens a section with its heading and a paragraph that says what is shown.</summary>
    internal static MarkupWriter OpenSection(this MarkupWriter page, string id, string heading, string? introduction = null)
    {
        page.Line().Open("section", ("id", id)).Element("h2", heading).Line();
        return introduction is null ? page : page.Element("p", introduction, ("class", "lead")).Line();
    }

    /// <summary>A figure: a drawing that scrolls sideways on narrow screens, and its caption.</summary>
    internal static void Figure(this MarkupWriter page, Action<MarkupWriter> draw, string? caption, string cssClass)
    {
        page.Open("figure", ("class", cssClass)).Open("div", ("class", "scroll"));
        draw(page);
        page.Close();
        if (caption is not null)
            page.Element("figcaption", caption);
        page.Close().Line();
    }

    /// <summary>A definition list entry.</summary>
    internal static MarkupWriter Definition(this MarkupWriter page, string term, string value) =>
        page.Open("div").Element("dt", term).Element("dd", value).Close();
}
