namespace Tilt.Verification.Tests;

/// <summary>Answers in sentences: formulas are read whole or not at all, and what bounds, denies or changes a value is heeded.</summary>
public sealed class SentenceTests
{
    private static readonly Verifier Verifier = new();

    [Theory]
    [InlineData("5", @"So the length is x = 3\sqrt{5}.")]
    [InlineData("7", @"Therefore the probability is \frac{3}{7}.")]
    [InlineData("3", "The answer is x^2+3 where x is a real number.")]
    [InlineData("10", "Hence the number of subsets is 2^{10}.")]
    [InlineData("3", "The sequence is given by a_3.")]
    [InlineData("2", "So we end up with 5/2.")]
    [InlineData("18", "Thus the total number of marbles is 3 x 18.")]
    [InlineData("6", @"The side is therefore 4\sqrt{6}.")]
    [InlineData("12", "<reasoning>ok</reasoning>\n<answer>\\frac{5}{12}</answer>")]
    [InlineData("18", @"Therefore, the value is:
$$Answer: \frac{1}{18}$$")]
    [InlineData("3", @"The coefficient of the term is n^{3}.")]
    [InlineData("4", "We conclude that the total is 12 + 4.")]
    [InlineData("2", "The value we were looking for is log_2(8).")]
    public void A_number_is_not_taken_from_inside_a_formula(string gold, string response) => Refused(gold, response);

    [Theory]
    [InlineData("18", "So the temperature is negative 18 degrees.")]
    [InlineData("18", "The answer is minus 18.")]
    [InlineData("15", "He is 15 points below zero, so minus 15.")]
    [InlineData("18", "The answer is at least 18.")]
    [InlineData("18", "The answer is at most 18.")]
    [InlineData("18", "The answer is less than 18.")]
    [InlineData("18", "The answer is more than 18.")]
    [InlineData("18", "The answer is no more than 18.")]
    [InlineData("18", "The answer is not 18.")]
    [InlineData("18", "The answer cannot be 18.")]
    [InlineData("18", "The answer isn't 18.")]
    [InlineData("18", "The answer is one half of 18.")]
    [InlineData("18", "The result is twice 18.")]
    [InlineData("18", "The result is the square root of 18.")]
    [InlineData("18", "The total is 3/4 of 18.")]
    [InlineData("18", "The answer is anything but 17, up to 18.")]
    [InlineData("18", "The answer is between 17 and 18.")]
    [InlineData("18", "The answer is 18 squared.")]
    [InlineData("18", "The total is 18 factorial.")]
    [InlineData("18", "So the total is 18 thousand.")]
    [InlineData("18", "So the total number of them is 18 or more.")]
    [InlineData("18", "The guess that it is 18 is wrong.")]
    [InlineData("18", "The temperature is 18 degrees below zero.")]
    [InlineData("18", "So there are 18 and a half of them.")]
    [InlineData("18", "Everything except 18.")]
    [InlineData("18", "The answer is 18 at most.")]
    [InlineData("18", "The odds are 3 to 18.")]
    [InlineData("18", "The probability is 1 in 18.")]
    [InlineData("18", "The result is 18!.")]
    [InlineData("18", "Answer: > 18 as required.")]
    [InlineData("18", "Thus the total is - 18")]
    [InlineData("18", "Answer: 18 more than x")]
    [InlineData("18", "The answer is 18 times n.")]
    [InlineData("18", "It follows that y = leftsqrt(18)")]
    [InlineData("18", "The variable is named left18i")]
    [InlineData("18", "Ответ: больше чем 18.")]
    [InlineData("18", "Ответ: половина от 18.")]
    [InlineData("18", "Ответ: 18 тысяч")]
    [InlineData("18", "答案不是18")]
    [InlineData("18", "答案至少是18。")]
    [InlineData("18", "答案：18万")]
    [InlineData("18", "答案：17或18")]
    [InlineData("18", "答えは18より大きい。")]
    [InlineData("18", "答えはマイナス18です。")]
    [InlineData("18", "La respuesta es menor que 18.")]
    [InlineData("18", "Die Antwort ist mindestens 18.")]
    [InlineData("18", "La réponse est plus de 18.")]
    [InlineData("18", "It could be 17 or 18.")]
    [InlineData("18", "There are either seventeen or 18 of them.")]
    [InlineData("30", "The trip takes 5 hours and 30 minutes.")]
    [InlineData("x", "Answer: $x$ equals 4.")]
    public void Sentences_that_bound_deny_or_change_a_value_do_not_give_it(string gold, string response) => Refused(gold, response);

    [Theory]
    [InlineData("-18", "So the temperature is negative 18 degrees.")]
    [InlineData("-18", "The answer is minus 18.")]
    [InlineData("1024", "Hence the number of subsets is 2^{10}.")]
    [InlineData(@"\frac{5}{7}", @"So the chance of a match is \frac{5}{7} in this game.")]
    [InlineData(@"3\sqrt5", @"So the length is x = 3\sqrt{5}.")]
    [InlineData(@"\frac{3}{4}", @"Answer: \frac{3}{4} of the cake")]
    [InlineData("x^2+3", "The answer is x^2+3 where x is a real number.")]
    [InlineData("54", "Thus the total number of marbles is 3 x 18.")]
    [InlineData("14", "So she has 18 - 4 = 14 eggs left.")]
    [InlineData("18", "She makes 9 * 2 = $18 every day at the market.")]
    [InlineData("31", "Thus, Mia pays a total of **$31.00**.")]
    [InlineData("0.75", "So the probability is 0.75 (75%).")]
    [InlineData("330\\text{ minutes}", "The trip takes 5 hours and 30 minutes.")]
    [InlineData("18", "Let us see: 3 apples for 6 days are 18 apples in total.")]
    [InlineData("18", "She then has 18 more apples than Bob has.")]
    [InlineData("12", "The answer, after simplification, is 12.")]
    [InlineData("13", "Answer: 13 (since 5+8=13)")]
    [InlineData("13", "The answer is therefore 13.")]
    [InlineData("-13", "Thus the total is - 13")]
    [InlineData("13", "The answer is 13 because 5+8=13")]
    [InlineData("\\text{Monday}", "The day is **Monday**.")]
    [InlineData("13", "∴ x = 13")]
    [InlineData("5000000", "In the end the town has 5 million people.")]
    [InlineData("\\text{Evelyn}", "The student with the greatest average speed is **Evelyn**.")]
    public void The_value_of_a_sentence_is_found(string gold, string response) => Accepted(gold, response);

    [Theory]
    [InlineData("24", "Сначала найдём сумму: 9 + 15 = 24.\n\nОтвет: 24")]
    [InlineData("24", "Значит, всего было $24$ яблока.")]
    [InlineData("24", "Таким образом, всего получилось 24 яблока.")]
    [InlineData(@"\frac{3}{5}", @"所以概率为 $\frac{3}{5}$。")]
    [InlineData("24", "因此，总共有24个苹果。")]
    [InlineData("24", "所以答案是24。")]
    [InlineData("24", "答案：24")]
    [InlineData("24", "したがって、答えは24です。")]
    [InlineData("24", "Por lo tanto, la respuesta es 24.")]
    [InlineData("24", "Donc la réponse est 24.")]
    [InlineData("24", "Wir addieren 9 und 15. Die Antwort ist 24.")]
    [InlineData("24", "Quindi la risposta è 24.")]
    [InlineData("24", "الإجابة هي ٢٤")]
    [InlineData("24", "따라서 정답은 24입니다.")]
    public void Sentences_may_be_in_any_language(string gold, string response)
    {
        Accepted(gold, response);
        Refused(gold.Replace('4', '7').Replace('3', '8'), response);
    }

    [Theory]
    [InlineData("640", "So the number of pieces left is:\n\\[\n\\text{Answer: 640}\n\\]")]
    [InlineData("51_7", "4. **Write the final answer:**\n   \\[\n   \\text{Answer: } 51_7\n   \\]")]
    [InlineData(@"(\frac52,-11)", @"\[ \text{Answer: } \left(\frac{5}{2}, -11\right) \]")]
    [InlineData("12", @"\[ \textbf{Answer: } 12 \]")]
    [InlineData("12", @"\[ \text{Final Answer:} \quad 12 \]")]
    [InlineData(@"\frac{1}{18}", "Therefore, the value is:\n$$Answer: \\frac{1}{18}$$")]
    [InlineData("12", "#### Step 3: Add the two parts\n5 + 7 = 12. The answer is 12.")]
    [InlineData("12", "First we add.\n\n#### Final Answer\n\nThe total is **12** apples.")]
    [InlineData("12", "### Solution\n\n#### Final Answer:\n**12**")]
    [InlineData("-8", "#### Placement 3: (1 + 2 - 3)\nThis gives 0.\n\n**Answer:** -8")]
    [InlineData("12", "<think>ok</think>\n<answer>12</answer>")]
    [InlineData("x+1", "<think>ok</think>\n<answer>x+1</answer>")]
    [InlineData(@"\frac{5}{12}", "<reasoning>ok</reasoning>\n<answer>\\frac{5}{12}</answer>")]
    [InlineData("88", @"\framebox{88}")]
    [InlineData("18", "\\boxed{\"18\"}")]
    [InlineData("18", "\\boxed{'18'}")]
    [InlineData("29", "Therefore we are done.\nAnswer: `$29$`")]
    [InlineData("18", "\\boxed{18}<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n\\boxed{7}")]
    public void Answers_are_found_where_models_put_them(string gold, string response) => Accepted(gold, response);

    [Theory]
    [InlineData("3", "#### Step 3: compute\nThe sum is 5 + 7 = 12.")]
    [InlineData("7", "\\boxed{18}<|im_end|>\n<|im_start|>assistant\n\\boxed{7}")]
    [InlineData("7", "\\boxed{18}<|eot_id|>\\boxed{7}")]
    [InlineData("7", "The answer is 18.</s> The answer is 7.")]
    [InlineData("12", "<answer></answer> 12 is a number of this kind that I saw")]
    [InlineData("12", "<answer>11</answer> 12")]
    [InlineData("18", "\\boxed{19}, perhaps \\boxed{18}")]
    public void What_is_elsewhere_is_no_answer(string gold, string response) => Refused(gold, response);

    [Theory]
    [InlineData("All positive integers $n$ that are divisible by 4 but not by any odd prime larger than 7", "7")]
    [InlineData("For every prime p greater than three the number of solutions is p + 1; for p = 3 it is 2", "2")]
    [InlineData(@"$\frac{n^2}{4}$ if $n$ is even, and $\frac{n^2-1}{4}$ if $n$ is odd, for every $n \geq 1$", @"n\ge 1")]
    [InlineData(@"$\frac{n^2}{4}$ if $n$ is even, $\frac{n^2-1}{4}$ if $n$ is odd", @"\frac{n^2-1}{4}")]
    public void A_sentence_as_gold_is_not_mined_for_its_last_number(string gold, string answer)
    {
        Refused(gold, $"\\boxed{{{answer}}}");
        Accepted(gold, $"\\boxed{{{gold}}}");
        Assert.True(Verifier.CanReadGold(gold), gold);
    }

    private static void Accepted(string gold, string response) =>
        Assert.True(Verifier.Verify(gold, response).IsCorrect, $"{gold} ← {response}: {Verifier.Verify(gold, response)}");

    private static void Refused(string gold, string response) =>
        Assert.False(Verifier.Verify(gold, response).IsCorrect, $"{gold} ← {response}: {Verifier.Verify(gold, response)}");
}
