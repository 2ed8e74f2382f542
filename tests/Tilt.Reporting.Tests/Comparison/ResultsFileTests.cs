using System.Globalization;
using System.Text.Json.Nodes;
using Tilt.Reporting.Comparison;
using Tilt.Results;

namespace Tilt.Reporting.Tests.Comparison;

public sealed class ResultsFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tilt-results-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string> Kinds => ["full", "smallest", "diverged"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_read_writes_the_same_bytes_again(string kind)
    {
        string path = Path.Combine(_folder, "deep", "results.json");
        ResultsFile.Write(Results(kind), path);
        string first = File.ReadAllText(path);
        ResultsFile.Write(ResultsFile.Read(path), path);
        Assert.Equal(first, File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Numbers_come_back_exactly()
    {
        ComparisonResults full = SyntheticResults.Full();
        ComparisonResults back = ResultsFile.Parse(ResultsFile.ToJson(full), "memory");
        Assert.Equal(full.Settings, back.Settings);
        Assert.Equal(full.Claims, back.Claims);
        foreach ((MethodResult expected, MethodResult actual) in full.Methods.Zip(back.Methods))
        {
            Assert.Equal(expected.Objective, actual.Objective);
            Assert.Equal(expected.Test.PerProblem, actual.Test.PerProblem);
            Assert.Equal(expected.Test.Ci, actual.Test.Ci);
            Assert.Equal(expected.Test.PassAtK, actual.Test.PassAtK);
            Assert.Equal(expected.Curve, actual.Curve);
            Assert.Equal(expected.CurvePerSeed.Count, actual.CurvePerSeed.Count);
        }
        Assert.Equal(full.Samples[1].Responses, back.Samples[1].Responses);
    }

    [Fact]
    public void The_schema_has_the_promised_keys_in_snake_case_and_writes_nulls()
    {
        JsonNode root = JsonNode.Parse(ResultsFile.ToJson(SyntheticResults.Full()))!;
        Assert.Equal(["version", "base", "seconds", "claims", "methods", "settings", "samples"], Keys(root));
        Assert.Equal(["id", "claim", "verdict", "statistic", "rule", "explanation"], Keys(root["claims"]![0]!));
        JsonNode task = root["methods"]!.AsArray().Single(m => (string?)m!["name"] == "task-reward")!;
        Assert.Equal(
            ["name", "kind", "objective", "seeds", "test", "best", "best_steps", "base_beats_all_checkpoints", "curve", "curve_per_seed",
                "tokens_generated", "tokens_forward", "uses_gold", "seconds"], Keys(task));
        Assert.Equal("{\"reward\":1,\"likelihood\":0,\"kl\":0,\"normalization\":\"sum\",\"fixed_length\":false}",
            task["objective"]!.ToJsonString());
        Assert.Equal("rl", (string?)task["kind"]);
        string[] test = ["accuracy", "ci", "per_seed", "seed_sd", "pass_at_k", "maj_at_k", "mean_length", "entropy", "kl", "by_level",
            "unparsable", "versus_base", "per_problem"];
        Assert.Equal(test, Keys(task["test"]!));
        Assert.Equal(test, Keys(task["best"]!));
        Assert.Equal(["1", "2", "4", "8", "16"], Keys(task["test"]!["pass_at_k"]!));
        Assert.Equal(["1", "2", "3", "4"], Keys(task["test"]!["by_level"]!));
        Assert.Equal(["step", "accuracy", "length", "entropy", "kl", "reward_task", "reward_shaped"], Keys(task["curve"]![0]!));
        Assert.Null(task["curve"]![0]!["reward_task"]);
        JsonNode first = root["methods"]![0]!;
        Assert.Equal("base", (string?)first["kind"]);
        Assert.True(first.AsObject().ContainsKey("objective") && first["objective"] is null);
        Assert.True(first.AsObject().ContainsKey("best") && first["best"] is null);
    }

    [Fact]
    public void What_is_not_finite_is_written_as_null_and_read_as_NaN()
    {
        string json = ResultsFile.ToJson(SyntheticResults.Diverged());
        Assert.DoesNotContain("NaN", json);
        Assert.DoesNotContain("Infinity", json);
        ComparisonResults back = ResultsFile.Parse(json, "memory");
        Assert.True(double.IsNaN(back.Methods[1].Test.Accuracy));
        Assert.True(double.IsNaN(back.Methods[1].Test.Ci[0]));
        Assert.Null(back.Methods[1].Test.Kl);
    }

    [Fact]
    public void The_bytes_do_not_depend_on_the_culture()
    {
        string expected = ResultsFile.ToJson(SyntheticResults.Full());
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = Foreign.Culture;
            Assert.Equal(expected, ResultsFile.ToJson(SyntheticResults.Full()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_file_without_the_optional_keys_can_be_read()
    {
        JsonNode root = JsonNode.Parse(ResultsFile.ToJson(SyntheticResults.Full()))!;
        foreach (JsonNode? method in root["methods"]!.AsArray())
            foreach (string key in (string[])["objective", "best", "best_steps", "curve_per_seed"])
                if (key != "objective" || (string?)method!["kind"] != "rl")
                    method!.AsObject().Remove(key);
        ComparisonResults back = ResultsFile.Parse(root.ToJsonString(), "memory");
        Assert.All(back.Methods, m => Assert.Empty(m.CurvePerSeed));
        Assert.NotEmpty(HtmlReport.ToHtml(back));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"version\":1}")]
    public void A_corrupt_file_is_the_users_input_and_named(string content)
    {
        string path = Path.Combine(_folder, "results.json");
        File.WriteAllText(path, content);
        InputException e = Assert.Throws<InputException>(() => ResultsFile.Read(path));
        Assert.Contains(path, e.Message);
    }

    [Theory]
    [InlineData("\"version\": 1", "\"version\": 2", "version")]
    [InlineData("\"verdict\": \"supported\"", "\"verdict\": \"maybe\"", "maybe")]
    [InlineData("\"verdict\": \"correct\"", "\"verdict\": \"fine\"", "fine")]
    [InlineData("\"kind\": \"inference\"", "\"kind\": \"other\"", "kind")]
    [InlineData("\"kind\": \"inference\"", "\"kind\": \"rl\"", "no objective")]
    [InlineData("\"name\": \"greedy\"", "\"name\": \"base\"", "\"base\"")]
    [InlineData("\"name\": \"greedy\"", "\"name\": null", "name")]
    [InlineData("\"ci\": [", "\"ci\": [0.5, ", "ci")]
    [InlineData("\"ci\": [", "\"ci\": [\"low\", ", "number")]
    public void A_broken_rule_is_named(string find, string replace, string named)
    {
        string json = ResultsFile.ToJson(SyntheticResults.Full());
        int at = json.IndexOf(find, StringComparison.Ordinal);
        Assert.True(at > 0, find);
        InputException e =
            Assert.Throws<InputException>(() => ResultsFile.Parse(json[..at] + replace + json[(at + find.Length)..], "results.json"));
        Assert.Contains(named, e.Message);
    }

    [Fact]
    public void A_missing_file_and_an_impossible_folder_are_the_users_input()
    {
        Assert.Throws<InputException>(() => ResultsFile.Read(Path.Combine(_folder, "absent.json")));
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");
        Assert.Throws<InputException>(() => ResultsFile.Write(SyntheticResults.Smallest(), Path.Combine(file, "results.json")));
    }

    private static ComparisonResults Results(string kind) => kind switch
    {
        "full" => SyntheticResults.Full(),
        "smallest" => SyntheticResults.Smallest(),
        _ => SyntheticResults.Diverged(),
    };

    private static string[] Keys(JsonNode node) => [.. node.AsObject().Select(p => p.Key)];
}
