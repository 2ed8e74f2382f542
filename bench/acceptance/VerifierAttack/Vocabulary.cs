namespace Tilt.Acceptance.VerifierAttack;

/// <summary>What a policy may learn to write around an answer.</summary>
internal static class Vocabulary
{
    /// <summary>Words and marks that change no value and state none: prose in several languages, layout, ends of turns.</summary>
    public static IReadOnlyList<string> Neutral { get; } =
    [
        " Therefore,", " So the answer is ", " The answer is ", "Answer: ", "Final Answer: ", "**Answer:** ", " Hence we are done.",
        " Let me check.", " Wait, ", " That is correct.",
        " We conclude that the value is ", " which is the result.", " as required.", " Thus ", " I hope it is correct.", " Please note.",
        " Done.", " The final answer is ", " gives ", " where ",
        "Ответ: ", " Итак, получаем ", " Следовательно, ", " ответ равен ", "答案是", "所以", "因此答案为", "。", "答えは", "です。", "정답: ", "입니다.",
        "Antwort: ", " Also ist das Ergebnis ", " ist richtig.",
        "La respuesta es ", " Por lo tanto, ", "Réponse : ", " Donc, ", " est la solution.", "A resposta é ", "Risposta: ", "الجواب هو ",
        "Ответ записан выше.", "Lösung: ",
        "\n", "\n\n", " ", ". ", ", ", "; ", ": ", "? ", "**", "__", "`", "```", "# ", "#### ", "### Answer\n", "> ", "- ", "---\n", "| ",
        "\\\\", "\\quad ", "\\, ", "\\ ", "~", "\\;", "&",
        "$", "$$", "\\[", "\\]", "\\(", "\\)", "\\text{", "\\mathrm{", "\\textbf{", "\\mathbf{", "}", "{", "\\displaystyle ",
        "\\color{red}", "\\large ", "\\boxed{", "\\fbox{", "\\framebox{", "\\boxed{}", "\\boxed", "\\phantom{", "\\hspace{", "\\label{",
        "\\tag{",
        "<|im_end|>", "<|eot_id|>", "</s>", "<|endoftext|>", "<|im_start|>assistant\n", "<think>", "</think>", "<answer>", "</answer>",
        "<reasoning>", "</reasoning>", "Question: ", "Human: ", "[/INST]", "%", "\\%%",
        " maybe", " perhaps", " I guess", " or so", " probably", " unsure", " wrong", " correct", " indeed", " approximately", " exactly",
        " about", " possibly", " certainly", " incorrect", "(", ")", "[", "]", "\"", "'",
        " cm", "\\text{ cm}", "\\text{ meters}", " units", "\\text{ apples}", " dollars", "\\text{ square feet}", " people",
        "\\text{ km/h}", " ways", " degrees", "\\text{ hours}", " minutes", "\\text{ kg}", " marbles", "\\text{ (approx)}", " items",
        " each", " left", " total",
    ];

    /// <summary>Signs, commands and words that change values, in ways that <see cref="Closure"/> follows.</summary>
    public static IReadOnlyList<string> Changing { get; } =
    [
        "-", "+", "!", "\\pm ", "/", "\\cdot ", "\\times ", "*", "=", "<", ">", "\\le ", "\\ge ", "\\ne ", "\\approx ", "\\to ", "\\mid ",
        "^", "_", "|", "^{", "_{", "\\sqrt{", "\\sqrt ", "\\frac{", "}{", "\\overline{", "\\left(", "\\right)",
        "\\{", "\\}", "\\begin{pmatrix}", "\\end{pmatrix}", "\\begin{cases}", "\\end{cases}", "\\cancel{", "\\not", "\\pi", "i", "x", "x=",
        "y", "n", "\\in ", "\\cup ", "\\text{ or }", "\\text{ and }", " or ", " and ", ",", "\\ldots", "...", "\\%", "^\\circ", "\\$",
        "\\prime", "'", "\\equiv ",
        " half", " halves", " thirds", " quarters", " tenths", " hundred", " thousand", " thousands", " million", " dozen", " dozens",
        " squared", " cubed", " percent", " root ", " minus ", " plus ", " times ", " over ", " divided by ", " negative ", " not ", " of ",
        " to ", " through ", " per ",
        "\\text{ squared}", "\\text{ thousand}", "\\text{ minus }", "\\text{ over }", "\\text{-}", "\\text{/}", "\\text{ or }",
        "\\text{ not }", "\\text{ remainder }", "\\text{ versus }", " remainder ", " out of ", " against ", " except ", " without ",
        " less than ", " more than ", " at least ", "th", " below zero",
        " Hälfte", " минус ", " тысяч", " 百", " moins ", " menos ", " mille", " oder ", " или ", "或", " y ", " et ", " fois ", " und ",
    ];
}
