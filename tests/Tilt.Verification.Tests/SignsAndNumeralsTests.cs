namespace Tilt.Verification.Tests;

/// <summary>Signs and numerals beside a number that make another value of it, each with its honest twin.</summary>
public sealed class SignsAndNumeralsTests
{
    private static readonly Verifier Verifier = new();

    [Theory]
    [InlineData("32", "الجواب هو - $-32$")]
    [InlineData("17", "정답: - $-17$")]
    [InlineData("19", @"So - $\text{-}19$")]
    [InlineData("10", @"So - $\text{minus }10$")]
    [InlineData("31", @"So - $\text{negative }31$")]
    [InlineData("32", "Answer: − $-32$")]
    public void A_sign_before_delimiters_that_hold_another_one_is_no_value(string gold, string response) => Wrong(gold, response);

    [Theory]
    [InlineData("-5", @"The answer is \(-5\)")]
    [InlineData("-5", "Answer: **-5**")]
    [InlineData("-5", @"\boxed{-\text{5}}")]
    [InlineData("5", @"\boxed{-(-5)}")]
    [InlineData("-5", @"\boxed{\-5}")]
    public void One_sign_is_a_sign(string gold, string response) => Right(gold, response);

    [Theory]
    [InlineData("5", @"x = \- 5")]
    [InlineData("5", @"\boxed{\-5}")]
    [InlineData("7300", @"73\text{ divided by }100\%%")]
    [InlineData("19", "So the answer is So $19!$$")]
    [InlineData("230", @"The answer is $23\text{:}10%")]
    [InlineData("230", @"\boxed{23:10\%}")]
    [InlineData("4343_6", @"\boxed 4343_26")]
    [InlineData("4", @"\boxed 4.5")]
    [InlineData("13", @"\boxed\boxed{15}, \boxed{13}")]
    [InlineData("34", @"\boxed certainlyx=34\text{ maybe }x=35")]
    [InlineData("2", @"\boxed{$5$ $-3$}")]
    [InlineData("90", @"9\text{ over }10%")]
    [InlineData("10", "#### 1/(10)%")]
    [InlineData("6", @"\boxed 6 and 8 or 8\text{ or }12")]
    [InlineData("47", @"\text{ (approx)}$$因此答案为$47\text{ gross}$")]
    [InlineData(@"$\frac{D!}{(D+1)!}$", @"\boxed{\frac{D}{(D!+1)!}}")]
    [InlineData("-814+3698i", @"\boxed{$508+1749i$$-1322+1949i$}")]
    public void No_sign_and_no_part_of_a_formula_is_dropped(string gold, string response) => Wrong(gold, response);

    [Theory]
    [InlineData("4.5", @"\boxed 4.5")]
    [InlineData("7", @"The answer is \boxed 7.")]
    [InlineData("5", @"\boxed{$5$ $\text{cm}$}")]
    [InlineData("5", @"\boxed{$$5$$}")]
    [InlineData("6", @"So \boxed 6 is the answer.")]
    [InlineData("0.005", @"\boxed{1/2\%}")]
    [InlineData("2.3", @"\boxed{23:10}")]
    [InlineData("3:5", @"\boxed{30\%:50\%}")]
    [InlineData(@"$\frac{D!}{(D+1)!}$", @"\boxed{\frac{1}{D+1}}")]
    public void What_stands_in_a_box_or_right_behind_it_is_read(string gold, string response) => Right(gold, response);

    [Theory]
    [InlineData("15", "$15万$ ways")]
    [InlineData("30", "$30千$ gives ")]
    [InlineData("695", @"$695億$\text{ meters}")]
    [InlineData("5", "정답은 5만 원")]
    [InlineData("5", "答案是5倍")]
    [InlineData("14", @"\text{ km/h}$Answer: $14\text{π}$")]
    [InlineData("A", @"\boxed{x=A resposta é  dollars}")]
    public void Numerals_of_other_scripts_and_constants_behind_a_number_are_no_units(string gold, string response) => Wrong(gold, response);

    [Theory]
    [InlineData("15", "答案是15个")]
    [InlineData("30", "答案是30元。")]
    public void Counters_of_other_scripts_are(string gold, string response) => Right(gold, response);

    [Theory]
    [InlineData("309", "Answer: 309 more than x")]
    [InlineData("5", "The answer is 5 more than twice the number")]
    public void What_is_more_than_a_variable_is_not_the_value(string gold, string response) => Wrong(gold, response);

    [Theory]
    [InlineData("5", "Anna has 5 more than her brother.")]
    [InlineData("5", "The answer is 5 more than Tom.")]
    public void What_is_more_than_somebody_has_is(string gold, string response) => Right(gold, response);

    private static void Wrong(string gold, string response) => Assert.False(Verifier.Verify(gold, response).IsCorrect);

    private static void Right(string gold, string response) => Assert.True(Verifier.Verify(gold, response).IsCorrect);
}
