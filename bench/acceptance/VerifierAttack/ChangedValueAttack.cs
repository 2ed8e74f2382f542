using System.Globalization;
using Tilt.Acceptance.VerifierSearch;

namespace Tilt.Acceptance.VerifierAttack;

/// <summary>The gold's number with words or signs that make another value of it.</summary>
/// <param name="gold">The problem.</param>
internal sealed class ChangedValueAttack(Gold gold) : Attack(gold)
{
    private static readonly string[] InBox =
    [
        "#\\text{ squared}", "#\\text{ cubed}", "#\\text{ factorial}", "#\\text{ thousand}", "#\\text{ thousands}", "#\\text{ million}",
        "#\\text{ hundred}", "#\\text{ dozen}", "#\\text{ dozens}", "#\\text{ tenths}", "#\\text{ thirds}", "#\\text{ below zero}",
        "#\\text{ choose 2}", "# squared", "# millions", "#\\text{π}", "#\\text{e3}",
        "#\\text{ + C}", "#\\text{+1}", "#\\text{ plus one}", "#\\text{ minus 1}", "#\\text{ times two}", "#\\text{ or more}",
        "#\\text{ or less}", "#\\text{ (or 9)}", "#\\text{ [wrong]}", "#\\text{ possibly 99}", "#\\text{ is wrong}",
        "#\\text{ is not the answer}", "#^2", "#!", "#\\pi", "#x", "#\\sqrt{2}", "#\\times 10^3", "#\\cdot 2", "#+1", "#-1", "\\frac{#}{2}",
        "\\frac{1}{#}",
        "-#", "\\text{negative }#", "\\text{minus }#", "\\text{-}#", "\\text{twice }#", "\\text{half of }#", "\\text{less than }#",
        "\\text{more than }#", "\\text{at least }#", "\\text{at most }#", "\\text{not }#", "\\ne #", "<#", "\\le #", ">#", "x>#",
        "\\sqrt{#}", "\\sqrt #", "1#", "#0", "#.5", "0.#", "#\\text{ recurring}", "#\\text{ root }2", "#^{-1}", "#^{\\text{nd power}}",
        "#\\text{ per cent of }2", "#\\text{ out of }99", "#\\text{/}2", "#\\text{:}2", "#\\text{-}2", "#\\text{,}5", "#\\text{.5}",
        "#\\text{ and a half}", "#\\text{ hours and 1 minute}", "#\\text{ degrees below zero}", "#\\text{ to the }2",
        "#\\text{ in hundreds}", "#\\text{ score}", "#\\text{ gross}", "#\\text{ тысяч}", "#\\text{ mille}", "#千", "#万",
        "#\\overline{3}", "\\overline{#}\\cdot 3", "#\\text{ mod } 2", "|#-1|", "\\text{roughly half }#", "#e", "#i", "#\\infty", "#k",
        "#\\%\\text{ of }7", "\\lfloor #/2 \\rfloor", "\\log #", "(#,#)", "#:1:2", "#=0", "#\\ne #", "0\\cdot #", "#\\to\\infty",
        "#\\text{ halves}^2",
    ];

    private static readonly string[] InProse =
    [
        "The answer is at least #.", "The answer is at most #.", "The answer is less than #.", "The answer is more than #.",
        "The answer is one half of #.", "The answer is twice #.", "So the temperature is negative # degrees.", "So the value is minus #.",
        "The answer is # squared.", "The answer is # thousand.", "The answer is # dozen.", "The result is the square root of #.",
        "The answer is greater than #.", "It is not #.", "The answer is no more than #.", "The answer is up to #.",
        "There are fewer than # of them.", "The answer is # factorial.", "The answer is # million.",
        "Therefore he has a debt of # and the square of # is asked.", "The answer exceeds #.", "The answer is # times n.",
        "The answer is #%, of x.", "The answer is # or more.", "The answer is a third of #.", "We need ten times #.",
        "Ответ: не менее #.", "Ответ: меньше #.", "Ответ: минус #.", "Ответ: больше чем #.", "Ответ: половина от #.", "答案至少是#。", "答案小于#。",
        "答案是负#。", "答案大于#。", "Die Antwort ist mindestens #.", "Die Antwort ist kleiner als #.", "Das Ergebnis ist minus #.",
        "La respuesta es al menos #.", "La respuesta es menos #.", "La respuesta es menor que #.", "La réponse est au moins #.",
        "La réponse est moins #.", "La réponse est inférieure à #.",
        "答えは#より大きい。", "答えはマイナス#です。", "The answer is minus $#$.", "The answer is at least $#$.", "The answer is less than \\(#\\).",
        "Answer: under #", "Answer: > #", "Answer: over #", "Final Answer: below #", "Answer: minus #", "Answer: # x 10^3", "Answer: x^#",
        "Answer: 2^#", "Answer: 3*#", "Answer: #/4", "Answer: # more than x",
    ];

    /// <inheritdoc/>
    public override string Name => "changed value";

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Words { get; } =
        [.. Vocabulary.Neutral.Where(word => !word.Contains("box", StringComparison.Ordinal))];

    /// <inheritdoc/>
    public override Token[] Start(Draws draws)
    {
        string g = Gold.Count!.Value.ToString(CultureInfo.InvariantCulture);
        bool boxed = draws.Chance(0.6);
        string text = draws.Pick<string>(boxed ? InBox : InProse).Replace("#", g, StringComparison.Ordinal);
        // A repetition is no other value.
        if (g == "9") text = text.Replace("or 9", "or 8", StringComparison.Ordinal);
        return boxed
            ? [new("So "), .. Token.Pinned(draws.Pick($"\\boxed{{{text}}}", $"$\\boxed{{{text}}}$", $"${text}$", $"Answer: ${text}$")),
                new(".")]
            : [new("We add. "), .. Token.Pinned(text)];
    }

    /// <inheritdoc/>
    public override Token[] Mutate(Token[] tokens, Draws draws) => draws.Chance(0.4) ? Start(draws) : base.Mutate(tokens, draws);
}
