using System.Security.Cryptography;
using System.Text;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Tasks.Mathematics;
using Tilt.Verification;

namespace Tilt.Core.Tests.Tasks.Mathematics;

public sealed class MathTaskTests
{
    [Fact]
    public void Arithmetic_has_592_questions_to_train_on_and_162_held_out()
    {
        Assert.Equal((592, 162), (ArithmeticProblems.Training.Count, ArithmeticProblems.Test.Count));
        Assert.Equal(new Problem("add-1-1", "What is 1 + 1?", "2") { Subject = "addition" }, ArithmeticProblems.Training[0]);
        Assert.Equal(("mul-12-12", "144"), (ArithmeticProblems.Test[^1].Id, ArithmeticProblems.Test[^1].Answer));
        Assert.Equal("2696df15fa1d55", Digest(ArithmeticProblems.Training)[..14]);
        Assert.Equal("9d5377218aa9d8", Digest(ArithmeticProblems.Test)[..14]);
    }

    [Fact]
    public void An_epoch_goes_through_every_problem_once_in_an_order_of_its_own()
    {
        MathTask task = Task(Problems(20));
        Problem[] first = [.. Enumerable.Range(0, 5).SelectMany(step => task.TrainingProblems(step, 4, 1))],
            second = [.. Enumerable.Range(5, 5).SelectMany(step => task.TrainingProblems(step, 4, 1))];
        Assert.Equal(20, first.Distinct().Count());
        Assert.Equal(20, second.Distinct().Count());
        Assert.NotEqual(first, second);
        Assert.Equal(task.TrainingProblems(7, 4, 1), Task(Problems(20)).TrainingProblems(7, 4, 1));
        Assert.NotEqual(task.TrainingProblems(0, 4, 1), task.TrainingProblems(0, 4, 2));
    }

    [Fact]
    public void What_does_not_fill_a_step_is_left_for_the_next_epoch()
    {
        MathTask task = Task(Problems(10));
        Assert.Equal(8, Enumerable.Range(0, 2).SelectMany(step => task.TrainingProblems(step, 4, 1)).Distinct().Count());
        Assert.Contains("takes 11 problems", Assert.Throws<InputException>(() => task.TrainingProblems(0, 11, 1)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Test_problems_are_left_out_of_training_in_any_spelling()
    {
        Problem[] training = [new("a", "What is $1 + 1$?", "2"), new("b", "what is 1+1", "2"), new("c", "What is 1 - 1?", "0")],
            test = [new("t", "What is $1 + 1$?", "2")];
        ProblemSets sets = ProblemSets.Of(training, test, 0, new Verifier());
        Assert.Equal("c", Assert.Single(sets.Training).Id);
        string note = Assert.Single(sets.Notes);
        Assert.Contains("1 letter by letter, 1 in another spelling", note, StringComparison.Ordinal);
        Assert.Contains("a, b", note, StringComparison.Ordinal);
    }

    [Fact]
    public void Golds_that_cannot_be_read_are_rejected_by_id()
    {
        Problem[] training = [new("good", "x", "2"), new("bad", "y", "$ $")];
        ProblemSets sets = ProblemSets.Of(training, [], 0, new Verifier());
        Assert.Equal("good", Assert.Single(sets.Training).Id);
        Assert.Contains("bad", Assert.Single(sets.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void The_selection_slice_depends_on_nothing_but_the_texts()
    {
        Problem[] problems = Problems(200);
        ProblemSets whole = ProblemSets.Of(problems, [], 0.2, new Verifier()),
            half = ProblemSets.Of([.. problems.Take(100)], [], 0.2, new Verifier());
        Assert.InRange(whole.Selection.Count, 20, 60);
        Assert.Equal(200, whole.Selection.Count + whole.Training.Count);
        Assert.Equal(whole.Selection.Where(p => problems.AsSpan(0, 100).Contains(p)).Select(p => p.Id).Order(),
            half.Selection.Select(p => p.Id).Order());
    }

    [Fact]
    public void Long_prompts_are_left_out_and_counted()
    {
        Problem[] problems = [new("short", "ab", "1"), new("long", "abcdef", "1")];
        var task = new MathTask("t", ProblemSets.Of(problems, [], 0, new Verifier()), PromptTemplate.Of("plain"),
            text => new int[text.Length], maxPromptTokens: 4);
        Assert.Equal("short", Assert.Single(task.Problems.Training).Id);
        Assert.Contains("1 of 2 training problems", Assert.Single(task.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void The_authors_prompt_holds_both_backslashes()
    {
        Assert.Equal("Think step-by-step to solve the following problem. Output your answer inside of \\\\boxed{} tags.:\n1 + 1 = "
            + "{x}\n\nLet's think step-by-step", PromptTemplate.Of("authors").Fill("1 + 1 = {x}"));
        Assert.Contains("Did you mean 'authors'", Assert.Throws<InputException>(() => PromptTemplate.Of("author")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_set_with_a_name_has_that_name_in_the_configuration()
    {
        foreach (TaskPreset preset in TaskPreset.All)
            Assert.Single(Enum.GetValues<TaskName>(), name => TaskSources.PresetOf(name) == preset);
    }

    [Fact]
    public void A_known_set_of_another_size_is_told()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Path("gsm.jsonl"), """{"question": "1+1?", "answer": "Two.\n#### 2"}""");
        File.WriteAllText(folder.Path("other.jsonl"), """{"id": "x", "problem": "2+1?", "answer": "3"}""");
        (ProblemSets sets, IReadOnlyList<string> warnings) =
            TaskSources.Read(new()
            {
                Name = TaskName.Gsm8k,
                Train = folder.Path("gsm.jsonl"),
                Test = folder.Path("other.jsonl"),
                SelectionShare = 0
            }, name => name);
        Assert.Equal(("2", "3"), (Assert.Single(sets.Training).Answer, Assert.Single(sets.Test).Answer));
        Assert.Equal(2, warnings.Count);
        Assert.Contains("7473", warnings[0], StringComparison.Ordinal);
    }

    private static MathTask Task(Problem[] problems) =>
        new("t", ProblemSets.Of(problems, [], 0, new Verifier()), PromptTemplate.Of("plain"), text => [text.Length]);

    private static Problem[] Problems(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Problem($"p{i}", $"What is {i} + 1?", $"{i + 1}"))];

    private static string Digest(IEnumerable<Problem> problems) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', problems.Select(p => $"{p.Id}\t{p.Text}\t{p.Answer}\t{p.Subject}")))));
}
