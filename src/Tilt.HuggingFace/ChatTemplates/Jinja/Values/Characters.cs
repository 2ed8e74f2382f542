namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>Texts as sequences of characters, which are whole ones in Python, never halves of a surrogate pair.</summary>
internal static class Characters
{
    public static int Count(string text)
    {
        int pairs = 0;
        if (HasSurrogates(text))
            for (int i = 0; i + 1 < text.Length; i++)
                if (char.IsSurrogatePair(text[i], text[i + 1])) (pairs, i) = (pairs + 1, i + 1);
        return text.Length - pairs;
    }

    public static string[] Of(string text)
    {
        var characters = new List<string>(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool pair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            characters.Add(pair ? text.Substring(i++, 2) : text[i].ToString());
        }
        return [.. characters];
    }

    /// <summary>The place in UTF-16 units of a character, which may be the end.</summary>
    public static int OffsetOf(string text, long character)
    {
        if (!HasSurrogates(text)) return (int)Math.Min(character, text.Length);
        int offset = 0;
        for (; character > 0 && offset < text.Length; character--)
            offset += offset + 1 < text.Length && char.IsSurrogatePair(text[offset], text[offset + 1]) ? 2 : 1;
        return offset;
    }

    public static bool HasSurrogates(string text) => text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');
}
