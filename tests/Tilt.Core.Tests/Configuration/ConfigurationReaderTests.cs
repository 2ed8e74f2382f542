using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using CsCheck;
using Tilt.Configuration;

namespace Tilt.Core.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    [Fact]
    public void An_empty_file_gives_the_defaults()
    {
        Assert.Equal(new Outer(), Read(""));
        Assert.Equal(new Outer(), Read("# nothing but a comment\n"));
        Assert.Equal(new Outer(), Read("inner:\n"));
    }

    [Fact]
    public void Values_of_every_type_are_read()
    {
        Outer read = Read("""
            text: 007
            count: -3
            big: 9000000000
            rate: 1e-4
            single: .5
            on: true
            color: dark-blue
            maybe: ~
            inner: { size: 8, names: [a, 'null', "b: c"] }
            table:
              one: { size: 2 }
              two:
            numbers: { x: 1, y: 2.5 }
            items:
              - size: 4
              - { names: [] }
            """);
        Assert.Equal(("007", -3, 9000000000L, 1e-4, 0.5f, true, Color.DarkBlue),
            (read.Text, read.Count, read.Big, read.Rate, read.Single, read.On, read.Color));
        Assert.Null(read.Maybe);
        Assert.Equal(8, read.Inner.Size);
        Assert.Equal(["a", "null", "b: c"], read.Inner.Names);
        Assert.Equal([2, 7], Read("table: { one: { size: 2 }, two: {} }").Table!.Values.Select(inner => inner.Size));
        Assert.Equal([4, 7], read.Items.Select(inner => inner.Size));
        Assert.Equal(2.5, read.Numbers!["y"]);
    }

    [Fact]
    public void Everything_wrong_is_told_at_once_in_the_order_of_lines()
    {
        AssertProblems(
            """
            text: a
            counnt: 3
            color: green
            rate: nan
            inner:
              size: 1
              alhpa: 2
              size: 3
            text: b
            """,
            ["on=maybe", "nonsense", "inner.szie=4"],
            """
            test.yaml has 9 problems:
              - line 2: counnt is not a known key. Did you mean count? The keys of the top level are text, count, big, rate, single, on, color, maybe, inner, table, numbers, items, low, high.
              - line 3: color must be one of red, dark-blue, but is 'green'.
              - line 4: rate must be a number, but is 'nan'.
              - line 7: inner.alhpa is not a known key. The keys of inner are size, names.
              - line 8: inner.size is given twice, first in line 6; keep one of the two.
              - line 9: text is given twice, first in line 1; keep one of the two.
              - on the command line: 'nonsense' is not an override; write key=value, such as optimizer.learning_rate=1e-4.
              - on the command line: on must be true or false, but is 'maybe'.
              - on the command line: inner.szie is not a known key. Did you mean inner.size? The keys of inner are size, names.
            """);
    }

    [Theory]
    [InlineData("count: 1.5", "line 1: count must be a whole number of 32 bits, but is '1.5'.")]
    [InlineData("count: 3000000000", "line 1: count must be a whole number of 32 bits, but is '3000000000'.")]
    [InlineData("count: '3'", "line 1: count must be a whole number of 32 bits, but is the text \"3\".")]
    [InlineData("count:", "line 1: count must be a whole number of 32 bits, but is empty.")]
    [InlineData("rate: .inf", "line 1: rate must be a number, but is '.inf'.")]
    [InlineData("rate: 1e999", "line 1: rate must be a number, but is '1e999'.")]
    [InlineData("rate: Infinity", "line 1: rate must be a number, but is 'Infinity'.")]
    [InlineData("rate: 1,5", "line 1: rate must be a number, but is '1,5'.")]
    [InlineData("text: [a]", "line 1: text must be text, but is a list.")]
    [InlineData("maybe: x", "line 1: maybe must be a whole number of at least 1 and at most 9 or null, but is 'x'.")]
    [InlineData("maybe: 0", "line 1: maybe must be a whole number of at least 1 and at most 9, but is 0.")]
    [InlineData("inner: 3", "line 1: inner must be a group of keys (size, names), but is '3'.")]
    [InlineData("inner: { names: a }", "line 1: inner.names must be a list, but is 'a'.")]
    [InlineData("\ninner:\n  names:\n    - a\n    - [b]", "line 5: inner.names[1] must be text, but is a list.")]
    [InlineData("inner: { size: 0 }", "line 1: inner.size must be a whole number greater than 0, but is 0.")]
    [InlineData("table:\n  one:\n    size: 0", "line 3: table.one.size must be a whole number greater than 0, but is 0.")]
    [InlineData("items:\n- size: 0", "line 2: items[0].size must be a whole number greater than 0, but is 0.")]
    [InlineData("size: 3", "line 1: size is not a known key. Did you mean inner.size? The keys of the top level are text, count, big, "
        + "rate, single, on, color, maybe, inner, table, numbers, items, low, high.")]
    [InlineData("high: 1\nlow: 2", "line 2: low is 2, more than high.")]
    [InlineData("- a", "line 1: a configuration is made of lines 'key: value', but this is a list.")]
    [InlineData("text: a\n---\ntext: b", "line 2: a second document begins here; a configuration is one document.")]
    public void One_wrong_thing_is_told_in_a_sentence(string yaml, string sentence) =>
        AssertProblems(yaml, [], $"test.yaml has 1 problem:\n  - {sentence}");

    [Theory]
    [InlineData("text: a\ncount: [1, 2\nrate: 1\n", "line 2: column 10: this is not YAML: ")]
    [InlineData("text: \"a\n", "line 1: column 7: this is not YAML: ")]
    [InlineData("text: a\n count: 1\n", "line 2: column 7: this is not YAML: ")]
    [InlineData("text: *nowhere", "line 1: column 7: this is not YAML: there is no anchor 'nowhere' before this alias.")]
    public void Bad_syntax_is_told_with_line_and_column(string yaml, string beginning) =>
        Assert.StartsWith($"test.yaml has 1 problem:\n  - {beginning}", Message(yaml, []), StringComparison.Ordinal);

    [Fact]
    public void Deep_nesting_is_refused() =>
        Assert.Contains("nested more than 64 deep", Message(new string('[', 100_000), []), StringComparison.Ordinal);

    [Fact]
    public void Whatever_the_text_it_is_read_or_refused_as_input() =>
        Gen.Char["ab:#-'\"\\{}[],&*!|>%@`~?<=. \n\t\u0007t1e+"].Array[0, 24].Select(characters => new string(characters)).Sample(
            text =>
            {
                try
                {
                    ConfigurationReader.ReadText<Outer>(text, "test.yaml", [text, $"text={text}"]);
                }
                catch (InputException)
                {
                }
            },
            iter: 4_000, seed: "0N0XIzNsQ0O2");

    [Fact]
    public void A_rule_over_several_keys_waits_until_each_is_right() =>
        AssertProblems("low: 2\nhigh: x", [], "test.yaml has 1 problem:\n  - line 2: high must be a whole number of 32 bits, but is 'x'.");

    [Fact]
    public void Overrides_win_over_the_file_and_later_ones_over_earlier_ones()
    {
        Outer read = Read("inner:\n  size: 1\n  names: [a]\n", "inner.size=2", "inner.size=3", "text=a=b", "color=dark-blue", "maybe=null");
        Assert.Equal((3, "a=b", Color.DarkBlue), (read.Inner.Size, read.Text, read.Color));
        Assert.Equal(["a"], read.Inner.Names);
        Assert.Null(read.Maybe);
        Assert.Equal(["x", "y"], Read("", "inner.names=[x, y]").Inner.Names);
    }

    [Fact]
    public void A_required_key_must_be_given()
    {
        InputException exception = Assert.Throws<InputException>(() => ConfigurationReader.ReadText<Required>("", "test.yaml", []));
        Assert.Equal("test.yaml has 1 problem:\n  - model is missing and must be given. The model.", exception.Message);
        Assert.Equal("m", ConfigurationReader.ReadText<Required>("", "test.yaml", ["model=m"]).Model);
    }

    [Fact]
    public void An_existing_path_is_looked_for_beside_the_file_first()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.Path("weights"));
        File.WriteAllText(folder.Path("run.yaml"), "folder: weights\n");
        Assert.Equal(folder.Path("weights"), ConfigurationReader.Read<Paths>(folder.Path("run.yaml"), []).Folder);
        File.WriteAllText(folder.Path("run.yaml"), "\nfolder: wieghts\n");
        string expected = $"{folder.Path("run.yaml")} has 1 problem:\n  - line 2: folder names 'wieghts', which does not exist; looked for "
            + string.Join(" and ",
                new[] { folder.Path("wieghts"), Path.GetFullPath("wieghts"),
                    Path.GetFullPath("wieghts", AppContext.BaseDirectory) }.Distinct()) + ".";
        Assert.Equal(expected, Assert.Throws<InputException>(() => ConfigurationReader.Read<Paths>(folder.Path("run.yaml"), [])).Message);
    }

    [Fact]
    public void A_missing_or_unreadable_file_is_an_input_error()
    {
        using TemporaryFolder folder = new();
        Assert.StartsWith($"The configuration file '{folder.Path("none.yaml")}' does not exist", FileMessage(folder.Path("none.yaml")),
            StringComparison.Ordinal);
        Assert.Equal($"The configuration file '{folder.Root}' is a folder; give the path of a YAML file.", FileMessage(folder.Root));
        File.WriteAllBytes(folder.Path("latin.yaml"), [0x74, 0x3A, 0x20, 0xE4]);
        Assert.Equal($"The configuration file '{folder.Path("latin.yaml")}' is not UTF-8 text; save it in that encoding.",
            FileMessage(folder.Path("latin.yaml")));
    }

    [Theory]
    [InlineData("learningRate", "learning_rate")]
    [InlineData("learning-rate", "learning_rate")]
    [InlineData("aplha", "alpha")]
    [InlineData("temperature", null)]
    public void The_nearest_name_is_found(string written, string? expected) =>
        Assert.Equal(expected, NearestName.Among(["alpha", "learning_rate", "seed"], written));

    private static Outer Read(string yaml, params string[] overrides) => ConfigurationReader.ReadText<Outer>(yaml, "test.yaml", overrides);

    private static string Message(string yaml, string[] overrides) =>
        Assert.Throws<InputException>(() => ConfigurationReader.ReadText<Outer>(yaml, "test.yaml", overrides)).Message;

    private static string FileMessage(string path) =>
        Assert.Throws<InputException>(() => ConfigurationReader.Read<Outer>(path, [])).Message;

    private static void AssertProblems(string yaml, string[] overrides, string message) => Assert.Equal(message, Message(yaml, overrides));

    public enum Color
    {
        Red,
        DarkBlue,
    }

    public sealed record Inner
    {
        [GreaterThan(0)] public int Size { get; init; } = 7;
        public IReadOnlyList<string> Names { get; init; } = NoNames;
        private static readonly string[] NoNames = [];
    }

    public sealed record Outer : IValidatable
    {
        public string Text { get; init; } = "";
        public int Count { get; init; }
        public long Big { get; init; }
        public double Rate { get; init; }
        public float Single { get; init; }
        public bool On { get; init; }
        public Color Color { get; init; }
        [Range(1, 9)] public int? Maybe { get; init; } = 5;
        public Inner Inner { get; init; } = new();
        public IReadOnlyDictionary<string, Inner>? Table { get; init; }
        public IReadOnlyDictionary<string, double>? Numbers { get; init; }
        public IReadOnlyList<Inner> Items { get; init; } = NoItems;
        public int Low { get; init; }
        public int High { get; init; } = 100;
        private static readonly Inner[] NoItems = [];

        public IEnumerable<ConfigurationProblem> Validate()
        {
            if (Low > High) yield return new(nameof(Low), $"is {Low}, more than high.");
        }
    }

    public sealed record Required
    {
        [Required, Description("The model.")] public string Model { get; init; } = "";
    }

    public sealed record Paths
    {
        [ExistingPath] public string? Folder { get; init; }
    }
}
