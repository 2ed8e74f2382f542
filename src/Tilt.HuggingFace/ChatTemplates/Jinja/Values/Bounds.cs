using System.Globalization;

namespace Tilt.HuggingFace.ChatTemplates.Jinja.Values;

/// <summary>
/// The bounds of a rendering. Every step of the evaluation and every sixteen characters that are made cost a step, so that time and
/// memory are bounded together.
/// </summary>
/// <param name="limits">Where they lie.</param>
internal class Bounds(Limits limits)
{
    public const int CharactersPerStep = 16;

    private long _steps = limits.Steps;

    /// <summary>Pays for steps of work.</summary>
    public void Charge(long steps)
    {
        _steps -= steps;
        if (_steps < 0)
            throw new JinjaException(string.Create(CultureInfo.InvariantCulture,
                $"the template needs more than {limits.Steps} steps; it may be a loop without end"));
    }

    /// <summary>Pays for text that is made, to be added to so much that there is already.</summary>
    public void ChargeText(long characters, long before = 0)
    {
        if (characters + before > limits.Characters)
            throw new JinjaException(string.Create(CultureInfo.InvariantCulture, $"a text grows beyond {limits.Characters} characters"));
        Charge(1 + (characters / CharactersPerStep));
    }

    /// <summary>A text that an operation made.</summary>
    public string Made(string text)
    {
        ChargeText(text.Length);
        return text;
    }
}

/// <summary>Where the bounds of a rendering lie.</summary>
/// <param name="Steps">Steps of evaluation.</param>
/// <param name="Characters">Length of any text.</param>
internal sealed record Limits(long Steps, int Characters)
{
    /// <summary>Enough for conversations of millions of tokens; used up in about a second.</summary>
    public static readonly Limits Standard = new(20_000_000, 16_000_000);
}
