using Parquet.Serialization;
using Tilt.Tasks.Data;

namespace Tilt.Core.Tests.Tasks.Data;

public sealed class DataFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.jsonl", "{\"problem\": \"1+1, or \\\"two\\\"?\", \"answer\": 2}\n")]
    [InlineData("a.json", "[{\"problem\": \"1+1, or \\\"two\\\"?\", \"answer\": 2}]")]
    [InlineData("b.json", "{\"data\": [{\"problem\": \"1+1, or \\\"two\\\"?\", \"answer\": 2}]}")]
    [InlineData("a.csv", "problem,answer\n\"1+1, or \"\"two\"\"?\",2\n")]
    [InlineData("a.tsv", "problem\tanswer\n\"1+1, or \"\"two\"\"?\"\t2\n")]
    public void Every_format_gives_the_same_row(string name, string text)
    {
        DataRow row = Assert.Single(DataFile.Read(Write(name, text)));
        Assert.Equal("1+1, or \"two\"?", row.Text("problem"));
        Assert.Equal("2", row.Text("answer"));
    }

    [Fact]
    public async Task Parquet_gives_texts_numbers_lists_and_objects()
    {
        string path = _folder.Path("a.parquet");
        Row[] rows = [new() { Problem = "p", Level = 3, Final = ["1", "2"], Extra = new() { Gold = "x" } },
            new() { Problem = "q", Final = [] }];
        await using (FileStream stream = File.Create(path))
            await ParquetSerializer.SerializeAsync(rows, stream, cancellationToken: TestContext.Current.CancellationToken);
        IReadOnlyList<DataRow> read = DataFile.Read(path);
        Assert.Equal(["p", "q"], read.Select(row => row.Text("Problem")));
        Assert.Equal(["3", null], read.Select(row => row.Text("Level")));
        Assert.Equal(["1, 2", null], read.Select(row => row.Text("Final")));
        Assert.Equal("x", read[0].Text("Extra.Gold"));
    }

    [Fact]
    public void A_csv_field_may_hold_line_breaks()
    {
        IReadOnlyList<DataRow> rows = DataFile.Read(Write("a.csv", "problem,answer\n\"one\ntwo\",1\nthree,2\n"));
        Assert.Equal(["one\ntwo", "three"], rows.Select(row => row.Text("problem")));
        Assert.Equal("line 4", rows[1].Place);
    }

    [Theory]
    [InlineData("a.jsonl", "{\"problem\": \"x\"}\n{\"problem\": ", "line 2")]
    [InlineData("a.json", "{\"problem\": \"x\"}", "list of objects")]
    [InlineData("a.json", "[1]", "entry 1")]
    [InlineData("a.csv", "problem,answer\na,b,c\n", "a.csv")]
    [InlineData("a.parquet", "PAR1 this is no parquet", "cannot be read as Parquet")]
    [InlineData("a.txt", "x", ".jsonl")]
    public void What_is_wrong_is_told_with_its_place(string name, string text, string said)
    {
        InputException error = Assert.Throws<InputException>(() => DataFile.Read(Write(name, text)));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.csv")]
    [InlineData("a.jsonl")]
    public void Broken_encoding_names_the_remedy(string name)
    {
        string path = _folder.Path(name);
        File.WriteAllBytes(path, [.. "{\"problem\": \"caf"u8, 0xE9, .. "\"}\n"u8]);
        InputException error = Assert.Throws<InputException>(() => DataFile.Read(path));
        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_column_is_told_with_those_that_are_there()
    {
        DataRow row = Assert.Single(DataFile.Read(Write("a.jsonl", "{\"question\": \"x\", \"anwser\": \"1\"}\n")));
        InputException error = Assert.Throws<InputException>(() => row.Text("answer"));
        Assert.Contains("Did you mean \"anwser\"", error.Message, StringComparison.Ordinal);
        Assert.Contains("question, anwser", error.Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        string path = _folder.Path(name);
        File.WriteAllText(path, text);
        return path;
    }

    private sealed class Row
    {
        public string Problem { get; set; } = "";

        public long? Level { get; set; }

        public List<string> Final { get; set; } = [];

        public Inner? Extra { get; set; }
    }

    private sealed class Inner
    {
        public string Gold { get; set; } = "";
    }
}
