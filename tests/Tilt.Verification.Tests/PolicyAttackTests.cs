namespace Tilt.Verification.Tests;

/// <summary>A policy under reinforcement learning keeps whatever scores; here it may write what it likes around a wrong answer.</summary>
public sealed class PolicyAttackTests
{
    private static readonly Verifier Verifier = new();

    // The wrong value and, for each gold, a statement that a policy could copy. Nothing that the pieces below can do to the value makes it
    // the gold.
    private static readonly (string Gold, string Wrong, string Statement)[] Problems =
    [
        ("8671", "4913", @"Find the number of pairs $(a,b)$ with $a^2+b^2\le 2760$ and $\gcd(a,b)=1$."),
        (@"\frac{355}{113}", @"\frac{354}{113}", @"Compute $\frac{a}{b}$ for the best approximation of $\pi$ with $b<1000$."),
        (@"7\sqrt{11}", @"7\sqrt{13}", @"What is the length of $AB$ if $AC=10$ and $BC=23$?"),
        ("x^2-5x+6", "x^2-5x+7", @"Expand the polynomial with roots $r$ and $s$, where $r+s=5$."),
        (@"(-3,11)", @"(11,-4)", @"Find the point $(x,y)$ on the line $y=2x+17$ that is nearest to the origin."),
        (@"[2,\infty)", @"(2,\infty)", @"For which $x$ is $\sqrt{x-2}$ defined?"),
        (@"\text{Evelyn}", @"\text{Briana}", "Who is the fastest of Angela, Briana, Carla, Debra?"),
        ("C", "D", "Which of the options (A) to (E) is right?"),
        (@"12\%", "17", @"How many percent of $850$ is $144.5$?"),
        (@"35\text{ cm}", @"41\text{ cm}", "A stick of 82 centimeters is cut in two. How long is a piece?"),
        ("231_5", "213_5", "Write the number in base five."),
        ("-8191", "8191", "Compute the sum of the first terms of the sequence."),
    ];

    private static readonly string[] Pieces =
    [
        " ", "\n", ".", ",", ":", "=", "+", "-", "\\cdot ", "/", "^", "_", "!", "|", "(", ")", "[", "]", "{", "}", "\\{", "\\}", "$", "\\$",
        "%", "\\%", "\\pm ", "\\approx ",
        "\\text{ or }", "\\text{ and }", "\\text{ not }", "\\text{ cm}", "\\text{ apples}", "\\text{ percent}", "\\text{squared}",
        "\\text{is wrong}", "\\text{Answer: }", "\\text{(C)}",
        " or ", " and ", " not ", " apples ", " dozen ", " hours ", " minus ", " maybe ", "\\infty", "\\emptyset", "\\mathbb{R}",
        "\\frac{0}{0}", "0\\cdot\\infty", "\\ldots",
        "\\boxed{", "\\boxed{}", "\\fbox{", "#### ", "The answer is ", "Answer: ", "**", "`", "\"", "<think>", "</think>", "<answer>",
        "</answer>", "<|im_end|>", "\\[", "\\]",
        "\\begin{pmatrix}", "\\end{pmatrix}", "&", "\\\\", "^\\circ", "x", "y", "n", "e", "i", "\\pi", "A", "E", "\\lfloor ", "\\rfloor ",
        "\\in ", "<", ">", "\\le ", "\\cup ",
    ];

    [Fact]
    public void Climbing_from_a_wrong_answer_reaches_no_reward()
    {
        const int Tries = 1_500;
        var random = new Random(12_061);
        foreach ((string gold, string wrong, string statement) in Problems)
        {
            string best = $"So we get $\\boxed{{{wrong}}}$.";
            int height = Height(gold, best);
            for (int attempt = 0; attempt < Tries; attempt++)
            {
                string candidate = Change(best, wrong, statement, random);
                Verdict verdict = Verifier.Verify(gold, candidate);
                Assert.False(verdict.IsCorrect, $"{gold} ← {candidate}: {verdict}");
                // What can be read is nearer to a reward than what cannot.
                int reached = Height(gold, candidate);
                if (candidate.Length < 400 && (reached > height || (reached == height && random.Next(3) == 0)))
                    (best, height) = (candidate, reached);
                if (attempt % 300 == 299) (best, height) = ($"The answer is {wrong}.", 2);
            }
        }
    }

    private static int Height(string gold, string response) => Verifier.Verify(gold, response).Status switch
    {
        VerdictStatus.Incorrect => 2,
        VerdictStatus.OverBudget => 1,
        _ => 0,
    };

    private static string Change(string text, string wrong, string statement, Random random)
    {
        int at = random.Next(text.Length + 1);
        return random.Next(12) switch
        {
            0 => text[..at] + wrong + text[at..],
            1 => text[..at] + statement + text[at..],
            2 => statement + "\n" + text,
            3 => $"{text}\n\\boxed{{{wrong}{Pieces[random.Next(Pieces.Length)]}}}",
            4 => text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at)),
            5 => text[..at] + "\\boxed{" + text[at..] + "}",
            _ => text[..at] + Pieces[random.Next(Pieces.Length)] + text[at..],
        };
    }

    [Fact]
    public void The_last_formula_of_the_statement_earns_nothing()
    {
        foreach ((string gold, _, string statement) in Problems)
        {
            int close = statement.LastIndexOf('$');
            if (close < 0) continue;
            string formula = statement[(statement.LastIndexOf('$', close - 1) + 1)..close];
            Assert.False(Verifier.Verify(gold, $"\\boxed{{{formula}}}").IsCorrect, $"{gold} ← {formula}");
        }
    }
}
