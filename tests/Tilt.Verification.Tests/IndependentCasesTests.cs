using System.Text.Json;

namespace Tilt.Verification.Tests;

/// <summary>
/// Responses written by others, who had not seen the verifier, to families of attacks and of right answers. docs/verifier.md tells how it
/// did on them before anything was mended by them.
/// </summary>
public sealed class IndependentCasesTests
{
    // "I was not able to find the answer. All I know is that there are 9 rows.": a doubt two sentences away.
    private static readonly string[] KnownAccepted = ["hb-350"];

    private static readonly Verifier Verifier = new();

    [Fact]
    public void No_wrong_answer_is_accepted_but_those_known() =>
        Assert.Equal(KnownAccepted, Cases().Where(c => !c.Expected && Verifier.Verify(c.Gold, c.Prediction).IsCorrect).Select(c => c.Id));

    [Fact]
    public void At_least_96_of_100_right_answers_are_accepted()
    {
        Case[] right = [.. Cases().Where(c => c.Expected)];
        Assert.True(right.Length > 450);
        Assert.True(right.Average(c => Verifier.Verify(c.Gold, c.Prediction).IsCorrect ? 1.0 : 0) >= 0.96);
    }

    private static IEnumerable<Case> Cases()
    {
        using Stream stream = typeof(IndependentCasesTests).Assembly.GetManifestResourceStream("independent-cases.jsonl")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line) yield return JsonSerializer.Deserialize<Case>(line, JsonSerializerOptions.Web)!;
    }

    private sealed record Case(string Id, string Gold, string Prediction, bool Expected);
}
