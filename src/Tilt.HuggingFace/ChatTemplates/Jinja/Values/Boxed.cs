namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>Truth values and small numbers as objects that exist already.</summary>
internal static class Boxed
{
    private const int Small = 256;

    private static readonly object True = true, False = false;
    private static readonly object[] Numbers = [.. Enumerable.Range(0, Small).Select(number => (object)(long)number)];

    public static object Of(bool value) => value ? True : False;

    public static object Of(long value) => (ulong)value < Small ? Numbers[value] : value;
}
