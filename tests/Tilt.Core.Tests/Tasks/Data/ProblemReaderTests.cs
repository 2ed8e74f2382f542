using Tilt.Rollouts;
using Tilt.Tasks.Data;

namespace Tilt.Core.Tests.Tasks.Data;

public sealed class ProblemReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Columns_go_where_they_belong()
    {
        Problem problem = Assert.Single(
            Read("""{"uid": "x7", "question": "2+2?", "gold": 4, "type": "Algebra", "difficulty": "Level 5", "solution": "4."}""",
                new() { Id = "uid", Problem = "question", Answer = "gold", Subject = "type", Level = "difficulty" }));
        Assert.Equal(("x7", "2+2?", "4", "Algebra", 5, "4."),
            (problem.Id, problem.Text, problem.Answer, problem.Subject, problem.Level, problem.Solution));
    }

    [Fact]
    public void Without_an_id_the_row_is_one()
    {
        IReadOnlyList<Problem> problems = Read("""
            {"problem": "a", "answer": "1"}
            {"problem": "b", "answer": "2"}
            """);
        Assert.Equal(["problems-1", "problems-2"], problems.Select(p => p.Id));
    }

    [Theory]
    [InlineData(@"So $x=\boxed{\frac{1}{\sqrt{2}}}$.", @"\frac{1}{\sqrt{2}}")]
    [InlineData(@"First \boxed{1}, then \boxed{\{1,2\}}.", @"\{1,2\}")]
    [InlineData(@"It is $\boxed 7$ then.", "7")]
    [InlineData(@"\fbox{3}", "3")]
    public void The_last_box_of_a_solution_is_the_answer(string solution, string answer) =>
        Assert.Equal(answer, ProblemReader.LastBox(solution));

    [Theory]
    [InlineData("no box")]
    [InlineData(@"\boxed{1")]
    public void Without_a_whole_box_there_is_no_answer(string solution) => Assert.Null(ProblemReader.LastBox(solution));

    [Theory]
    [InlineData("48/2=24\n#### 1,072", "1072")]
    [InlineData("#### 1\n#### -5 ", "-5")]
    public void What_stands_behind_the_hashes_is_the_answer(string solution, string answer) =>
        Assert.Equal(answer, ProblemReader.BehindHashes(solution));

    [Theory]
    [InlineData("", "holds no problems")]
    [InlineData("""{"problem": "a", "answer": ""}""", "1 of 1 rows")]
    [InlineData("""{"problem": " ", "answer": "1"}""", "no text in 'problem'")]
    [InlineData("{\"id\": \"a\", \"problem\": \"a\", \"answer\": \"1\"}\n{\"id\": \"a\", \"problem\": \"b\", \"answer\": \"1\"}",
        "id 'a' stands also")]
    [InlineData("""{"question": "a", "answer": "1"}""", "no column \"problem\"")]
    public void Mistakes_name_the_remedy(string lines, string said)
    {
        InputException error = Assert.Throws<InputException>(() => Read(lines));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data/train-00000-of-00001.parquet", "train")]
    [InlineData("training.jsonl", "train")]
    [InlineData("test/part-0.csv", "test")]
    [InlineData("main/test-00000-of-00001.parquet", "test")]
    [InlineData("my_validation_set.json", "validation")]
    public void Splits_are_found_by_the_names_of_files_and_folders(string file, string split)
    {
        string[] files = [file, "other/README.md", split == "test" ? "z/train.jsonl" : "z/test.jsonl"];
        foreach (string each in files)
        {
            string path = _folder.Path("set", each);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }

        Assert.EndsWith(file, Assert.Single(DataFolder.FilesOf(_folder.Path("set"), split)), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_subsets_must_be_chosen_from()
    {
        foreach (string file in (string[])["main/train.parquet", "socratic/train.parquet"])
        {
            string path = _folder.Path(file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, "");
        }

        Assert.Contains("main, socratic", Assert.Throws<InputException>(() => DataFolder.FilesOf(_folder.Root, "train")).Message,
            StringComparison.Ordinal);
        Assert.EndsWith("main/train.parquet", Assert.Single(DataFolder.FilesOf(_folder.Root, "train", "main")), StringComparison.Ordinal);
        Assert.Contains("no files of the split 'test'",
            Assert.Throws<InputException>(() => DataFolder.FilesOf(_folder.Root, "test")).Message, StringComparison.Ordinal);
        Assert.Contains("no subset 'other'",
            Assert.Throws<InputException>(() => DataFolder.FilesOf(_folder.Root, "train", "other")).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<InputException>(() => DataFolder.FilesOf(_folder.Path("no"), "train")).Message,
            StringComparison.Ordinal);
    }

    private IReadOnlyList<Problem> Read(string lines, ProblemFields? fields = null)
    {
        string path = _folder.Path("problems.jsonl");
        File.WriteAllText(path, lines);
        return new ProblemReader(fields ?? new()).Read([path]);
    }
}
