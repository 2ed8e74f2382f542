// Judges answers against gold answers: the verifier alone, which references nothing.
//
//   dotnet run --project examples/VerifyAnswers

using Tilt.Verification;

Verdict verdict = new Verifier().Verify(gold: @"\frac12", response: @"… so the answer is \boxed{0.5}.");
Console.WriteLine(verdict);

(string Gold, string Response)[] pairs =
[
    (@"\frac{1}{2}", @"Half of the balls are red, so the answer is \boxed{0.5}."),
    (@"x^2 - 1", @"Multiplied out: \boxed{(x-1)(x+1)}"),
    (@"\{1, 2, 3\}", @"The solutions are \boxed{3, 1, 2}."),
    ("12", @"First I found \boxed{12}, but with the sign it is \boxed{-12}."),
    ("7", "I do not know."),
];

var verifier = new Verifier();
foreach ((string gold, string response) in pairs)
{
    Verdict judged = verifier.Verify(gold, response);
    Console.WriteLine($"{judged.Status,-12} gold {gold,-14} read {judged.Extracted ?? "nothing",-14} {judged.Reason}");
}

// Without a response around them: are two answers the same value?
Console.WriteLine($"sqrt(8) = 2 sqrt(2): {verifier.AreEquivalent(@"\sqrt{8}", @"2\sqrt{2}")}");
Console.WriteLine($"canonical form of 6/8: {verifier.Canonicalize(@"\frac{6}{8}")}");

// A policy must not earn by repeating the question: the form 'evaluated' asks for a worked-out answer.
var strict = new Verifier(VerifierOptions.Default with { Form = AnswerForm.Evaluated });
Console.WriteLine($"2+3 for 5: {verifier.Verify("5", @"\boxed{2+3}").Status}, evaluated: {strict.Verify("5", @"\boxed{2+3}").Status}");
