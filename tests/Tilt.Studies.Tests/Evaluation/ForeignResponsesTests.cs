using Tilt.Results;
using Tilt.Settings;
using Tilt.Statistics;
using Tilt.Studies.Evaluation;

namespace Tilt.Studies.Tests.Evaluation;

public sealed class ForeignResponsesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tilt-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_harness_samples_of_one_filter_are_judged()
    {
        EvaluationResults results = await JudgeAsync(TaskName.Gsm8k, """
            {"doc_id": 0, "doc": {"question": "1+1?", "answer": "Two.\n#### 2"}, "target": "Two.\n#### 2", "resps": [["It is 2.", "#### 3"]], "filtered_resps": ["2"], "filter": "strict-match"}
            {"doc_id": 1, "doc": {"question": "2+2?", "answer": "Four.\n#### 4"}, "target": "Four.\n#### 4", "resps": [["The answer is 4.", "The answer is 4."]], "filtered_resps": ["4"], "filter": "strict-match"}
            {"doc_id": 0, "doc": {"question": "1+1?", "answer": "Two.\n#### 2"}, "target": "Two.\n#### 2", "resps": [["It is 2.", "#### 3"]], "filtered_resps": ["2"], "filter": "flexible-extract"}
            """);
        Assert.Equal([0.5, 1], results.Methods[0].PerProblem);
        Assert.Equal(["0", "1"], results.Problems);
    }

    [Fact]
    public async Task Lighteval_details_of_both_layouts_are_judged()
    {
        EvaluationResults newer = await JudgeAsync(TaskName.Math500, """
            {"doc": {"query": "1+1?", "choices": ["\\boxed{2}"], "gold_index": 0}, "model_response": {"text": ["\\boxed{2}", "\\boxed{3}"]}}
            """);
        Assert.Equal([0.5], newer.Methods[0].PerProblem);
        EvaluationResults older = await JudgeAsync(TaskName.Math500, """
            {"example": "1+1?", "gold": ["2"], "predictions": ["\\boxed{2}"]}
            """);
        Assert.Equal([1], older.Methods[0].PerProblem);
    }

    [Fact]
    public async Task Generations_are_matched_with_the_task_by_id()
    {
        EvaluationResults results = await JudgeAsync(TaskName.Arithmetic, """
            {"id": "add-1-7", "outputs": [{"tokens": [1, 2], "text": "1 + 7 = 8", "stop_reason": "end_of_sequence"}, {"tokens": [1], "text": "8", "stop_reason": "length"}]}
            {"id": "unknown", "outputs": [{"text": "8"}]}
            """);
        Assert.Equal([0.5], results.Methods[0].PerProblem);
        Assert.Equal(0.5, results.Methods[0].Truncated);
        Assert.Contains("unknown", Assert.Single(results.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(VoteRule.Classes, 2 / 4.0)]
    [InlineData(VoteRule.Authors, 0)]
    public async Task Answers_that_are_equal_but_written_differently_vote_together_by_classes_and_apart_as_the_authors_count(
        VoteRule vote, double expected)
    {
        EvaluationResults results = await JudgeAsync(TaskName.Math500, """
            {"example": "Half of one?", "gold": ["\\frac{1}{2}"], "predictions": ["\\boxed{\\frac12}", "\\boxed{0.5}", "\\boxed{3}", "so \\boxed{3}"]}
            """, vote);
        Assert.Equal((0.5, vote), (results.Methods[0].Accuracy, results.Vote));
        Assert.Equal(expected, results.Methods[0].MajAtK[4], 12);
        // One output has nobody to vote with.
        Assert.Equal(0.5, results.Methods[0].MajAtK[1], 12);
    }

    [Theory]
    [InlineData(VoteRule.Classes, 1)]
    [InlineData(VoteRule.Authors, 0)]
    public async Task Outputs_without_an_answer_abstain_or_vote_together_for_a_wrong_one(VoteRule vote, double expected)
    {
        EvaluationResults results = await JudgeAsync(TaskName.Math500, """
            {"example": "1+1?", "gold": ["2"], "predictions": ["\\boxed{2}", "", " ", "<think>Never ends"]}
            """, vote);
        Assert.Equal(expected, results.Methods[0].MajAtK[4], 12);
    }

    [Theory]
    [InlineData("""{"text": "x"}""", "known layout")]
    [InlineData("", "holds no responses")]
    [InlineData("""{"id": "nobody", "outputs": []}""", "None of the 1 problems")]
    public async Task What_cannot_be_judged_is_told(string lines, string said)
    {
        InputException error = await Assert.ThrowsAsync<InputException>(() => JudgeAsync(TaskName.Arithmetic, lines));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    private Task<EvaluationResults> JudgeAsync(TaskName task, string lines, VoteRule vote = VoteRule.Classes)
    {
        string path = Path.Combine(_folder, "responses.jsonl");
        File.WriteAllText(path, lines);
        return ResponseEvaluation.RunAsync(path, new() { Name = task }, name => name, new() { Seed = 1, Vote = vote },
            TestContext.Current.CancellationToken);
    }
}
