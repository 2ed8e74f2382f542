using Tilt.Results;
using Tilt.Settings;
using Tilt.Studies.Evaluation;
using Tilt.Verification;

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
    [InlineData("""{"text": "x"}""", "known layout")]
    [InlineData("", "holds no responses")]
    [InlineData("""{"id": "nobody", "outputs": []}""", "None of the 1 problems")]
    public async Task What_cannot_be_judged_is_told(string lines, string said)
    {
        InputException error = await Assert.ThrowsAsync<InputException>(() => JudgeAsync(TaskName.Arithmetic, lines));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    private Task<EvaluationResults> JudgeAsync(TaskName task, string lines)
    {
        string path = Path.Combine(_folder, "responses.jsonl");
        File.WriteAllText(path, lines);
        return ResponseEvaluation.RunAsync(path, new() { Name = task }, name => name, AnswerForm.Any, 1,
            TestContext.Current.CancellationToken);
    }
}
