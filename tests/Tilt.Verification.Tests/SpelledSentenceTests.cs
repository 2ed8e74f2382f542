namespace Tilt.Verification.Tests;

/// <summary>Values that sentences tell in words, with their units, and together; each with its hostile twin.</summary>
public sealed class SpelledSentenceTests
{
    private static readonly Verifier Verifier = new();

    [Theory]
    [InlineData("305", "The total is three hundred and five.")]
    [InlineData("25", "There are twenty-five such integers.")]
    [InlineData("-7", "The value is minus seven.")]
    [InlineData(@"-\frac34", "The slope is negative three fourths.")]
    [InlineData(@"\frac12", "So the probability is one half.")]
    [InlineData("8", "There are 5 boys and 3 girls. So the total is eight.")]
    [InlineData("8", "So there are eight people in total.")]
    public void A_number_in_words_is_read_where_the_sentence_states_it(string gold, string response) => Right(gold, response);

    [Theory]
    [InlineData("305", "The total is not three hundred and five.")]
    [InlineData("25", "There are at least twenty-five such integers.")]
    [InlineData("25", "There are maybe twenty-five such integers.")]
    [InlineData("7", "The value is minus seven.")]
    [InlineData("25", "There are twenty-five dozen of them.")]
    [InlineData("8", "The total is eight or nine.")]
    [InlineData("8", "The total is eight less than the first one.")]
    [InlineData("1", "The second one is the correct one.")]
    [InlineData("3", "The total is two times three.")]
    [InlineData("8", "Twice that is eight squared.")]
    [InlineData("8", "If it were eight, the sum would be odd.")]
    public void No_number_in_words_that_is_denied_bounded_or_changed(string gold, string response) => Wrong(gold, response);

    [Theory]
    [InlineData(@"20\text{ km}", "So the trail is 20000 meters long.")]
    [InlineData(@"40\text{ minutes}", "The trip takes 40 minutes.")]
    [InlineData("40", "The trip takes 40 hours.")]
    [InlineData(@"75\text{ minutes}", "Adding the two legs, the total travel time is 1 hour 15 minutes.")]
    [InlineData(@"36\text{ ft}^2", "**Answer:** 4 square yards")]
    [InlineData(@"25\text{ miles per day}", "She walks 25 miles each day.")]
    [InlineData(@"90^\circ", "The angle is 90 degrees.")]
    [InlineData("5", "There are 5 in total.")]
    [InlineData(@"\$12", "It costs 12 dollars.")]
    public void The_unit_behind_a_number_counts(string gold, string response) => Right(gold, response);

    [Theory]
    [InlineData(@"20\text{ km}", "So the trail is 20 meters long.")]
    [InlineData(@"40\text{ minutes}", "The trip takes 40 hours.")]
    [InlineData(@"40\text{ minutes}", "The trip takes $40$ hours.")]
    [InlineData(@"36\text{ ft}^2", "**Answer:** 36 square yards")]
    [InlineData(@"\$12", "It costs 12 cents.")]
    public void Another_unit_behind_a_number_is_another_value(string gold, string response) => Wrong(gold, response);

    [Theory]
    [InlineData(@"\{3,12\}", "Therefore the roots are 12 and 3.")]
    [InlineData(@"\{-4,1\}", "The solutions are $x=1$ and $x=-4$.")]
    [InlineData("1, 2, 3", "The values are 1, 2, and 3.")]
    [InlineData("x=1,\\ y=6", @"\boxed{\begin{aligned} x &= 1 \\ y &= 6 \end{aligned}}")]
    public void Values_that_are_stated_together_are_a_list(string gold, string response) => Right(gold, response);

    [Theory]
    [InlineData("3", "Therefore the roots are 12 and 3.")]
    [InlineData(@"\{3,12\}", "Therefore the roots are 12 or 3.")]
    [InlineData(@"\{3,12\}", "Therefore the roots are not 12 and 3.")]
    [InlineData(@"\{3,12\}", "Therefore the roots are 12 and 3 and more.")]
    [InlineData("6", @"\boxed{\begin{aligned} x &= 1 \\ y &= 6 \end{aligned}}")]
    [InlineData("x=6,\\ y=1", @"\boxed{\begin{aligned} x &= 1 \\ y &= 6 \end{aligned}}")]
    public void No_value_is_taken_out_of_a_list(string gold, string response) => Wrong(gold, response);

    [Theory]
    [InlineData("30000", "所以答案是 3 万。")]
    [InlineData("50000", "정답은 5만 원")]
    [InlineData("12", "答案是十二。")]
    [InlineData("320", @"\boxed{三百二十}")]
    [InlineData("5000", "Ответ: 5 тысяч.")]
    [InlineData("-17", "Ответ: минус 17.")]
    [InlineData(@"\frac{1}{2}", "The probability is ½.")]
    [InlineData(@"\frac{7}{2}", "The length is 3½.")]
    [InlineData(@"\frac{7}{4}", @"Answer: \frac{7}{4} of a litre")]
    public void Numerals_and_multipliers_of_other_scripts_are_read(string gold, string response) => Right(gold, response);

    [Theory]
    [InlineData("3", "所以答案是 3 万。")]
    [InlineData("3", "所以答案是 3 多。")]
    [InlineData("5", "Ответ: 5 тысяч.")]
    [InlineData("17", "Ответ: минус 17.")]
    [InlineData("2", "答案是十二。")]
    [InlineData("10", "答案是十二。")]
    [InlineData("2", "The probability is ½.")]
    public void No_part_of_a_numeral_is_the_value(string gold, string response) => Wrong(gold, response);

    [Theory]
    [InlineData(@"\text{Liam}", "The winner is **Liam**, while Mia came second.", true)]
    [InlineData(@"\text{Olga}", "The fastest runner is therefore **Olga**.", true)]
    [InlineData(@"\text{Mia}", "The winner is **Liam**, while Mia came second.", false)]
    [InlineData(@"\text{ellipse}", "The conic section is an **ellipse**.", true)]
    [InlineData(@"\text{ellipse}", "The conic section is hardly an **ellipse**.", false)]
    [InlineData(@"\text{Olga}", "The fastest runner is not **Olga**.", false)]
    public void A_name_in_bold_is_the_answer_where_the_sentence_says_so(string gold, string response, bool right) =>
        Assert.Equal(right, Verifier.Verify(gold, response).IsCorrect);

    [Fact]
    public void A_sentence_is_the_same_whatever_of_it_is_set_as_a_formula()
    {
        const string Gold = "All primes $p$ congruent to 1 modulo 4, together with the prime $2$";
        Right(Gold, @"\boxed{\text{All primes }p\text{ congruent to }1\text{ modulo }4\text{, together with the prime }2}");
        Wrong(Gold, @"\boxed{\text{All primes }p\text{ congruent to }3\text{ modulo }4\text{, together with the prime }2}");
    }

    private static void Right(string gold, string response) => Assert.True(Verifier.Verify(gold, response).IsCorrect, response);

    private static void Wrong(string gold, string response) => Assert.False(Verifier.Verify(gold, response).IsCorrect, response);
}
