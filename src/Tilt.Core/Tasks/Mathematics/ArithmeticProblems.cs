using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Tilt.Rollouts;

namespace Tilt.Tasks.Mathematics;

/// <summary>
/// The built-in task <c>arithmetic</c>: <c>What is a + b?</c> and <c>a - b</c> (b ≤ a) for 1 to 20, <c>a * b</c> for 1 to 12; 754 questions
/// that a small pretrained model can learn within minutes. A question whose SHA-256, read as a number, is divisible by 5 is a test problem.
/// </summary>
public static class ArithmeticProblems
{
    private const int LargestTerm = 20, LargestFactor = 12, TestShare = 5;

    /// <summary>The 592 questions to train on.</summary>
    public static IReadOnlyList<Problem> Training { get; } = [.. All().Where(problem => !IsTest(problem.Text))];

    /// <summary>The 162 questions that are never trained on.</summary>
    public static IReadOnlyList<Problem> Test { get; } = [.. All().Where(problem => IsTest(problem.Text))];

    private static IEnumerable<Problem> All()
    {
        for (int a = 1; a <= LargestTerm; a++)
            for (int b = 1; b <= LargestTerm; b++) yield return Of("add", "addition", a, '+', b, a + b);
        for (int a = 1; a <= LargestTerm; a++)
            for (int b = 1; b <= a; b++) yield return Of("sub", "subtraction", a, '-', b, a - b);
        for (int a = 1; a <= LargestFactor; a++)
            for (int b = 1; b <= LargestFactor; b++) yield return Of("mul", "multiplication", a, '*', b, a * b);
    }

    private static Problem Of(string id, string subject, int a, char sign, int b, int answer) =>
        new($"{id}-{a}-{b}", $"What is {a} {sign} {b}?", answer.ToString(CultureInfo.InvariantCulture)) { Subject = subject };

    private static bool IsTest(string question) =>
        new BigInteger(SHA256.HashData(Encoding.UTF8.GetBytes(question)), isUnsigned: true, isBigEndian: true) % TestShare == 0;
}
