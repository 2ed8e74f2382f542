using System.Text.Json;

namespace Tilt.Core.Tests.Objectives.Golden;

/// <summary>
/// Numbers of the authors' code and of TRL (<c>tests/golden</c>): inputs, and what it computed of them in float64 and float32.
/// </summary>
internal sealed record GoldenCase(string Id, string Kind, string Name, JsonElement Inputs, JsonElement Expected, JsonElement Expected32)
{
    private static readonly Lazy<IReadOnlyList<GoldenCase>> Cases = new(() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", "objective.jsonl")).Select(Parse)]);

    public static IReadOnlyList<GoldenCase> All => Cases.Value;

    /// <summary>The ids of the cases of some kinds, for a theory.</summary>
    public static TheoryData<string> Ids(params string[] kinds) => [.. All.Where(c => kinds.Contains(c.Kind)).Select(c => c.Id)];

    public static GoldenCase Of(string id) => All.Single(c => c.Id == id);

    public double[] Row(string key) => Row(Inputs.GetProperty(key));

    public double[][] Rows(string key) => Rows(Inputs.GetProperty(key));

    public double Number(string key) => Number(Inputs.GetProperty(key));

    public string Text(string key) => Inputs.GetProperty(key).GetString()!;

    public bool Flag(string key) => Inputs.GetProperty(key).GetBoolean();

    public double? Optional(string key) => Optional(Inputs, key);

    /// <summary>Positions of the response tokens of each row.</summary>
    public int[][] Positions() =>
        [.. Rows("token_mask").Select(row => (int[])[.. Enumerable.Range(0, row.Length).Where(t => row[t] != 0)])];

    /// <summary>The values of a key at the response tokens of each row.</summary>
    public double[][] Tokens(string key)
    {
        double[][] rows = Rows(key);
        return [.. Positions().Select((at, i) => (double[])[.. at.Select(t => rows[i][t])])];
    }

    /// <summary>The rows of each group, in order of first appearance.</summary>
    public int[][] Groups()
    {
        double[] ids = Row("group_ids");
        return [.. Enumerable.Range(0, ids.Length).GroupBy(i => ids[i]).Select(g => g.ToArray())];
    }

    public void Close(double[] actual, string key)
    {
        double[] wanted = Row(Expected.GetProperty(key));
        Assert.Equal(wanted.Length, actual.Length);
        for (int i = 0; i < wanted.Length; i++) Close(wanted[i], actual[i], 1e-6, $"{key}[{i}]");
    }

    /// <summary>Relative, where numbers are not tiny.</summary>
    public void Close(double wanted, double actual, double tolerance, string what) => Assert.True(
        Math.Abs(actual - wanted) <= tolerance * Math.Max(1e-2, Math.Abs(wanted)), $"{Id} ({Name}), {what}: {actual} instead of {wanted}.");

    public static double? Optional(JsonElement parent, string key) =>
        parent.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    public static double[] Row(JsonElement array) => [.. array.EnumerateArray().Select(Number)];

    public static double[][] Rows(JsonElement array) => [.. array.EnumerateArray().Select(Row)];

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString() switch
        {
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            _ => double.NaN,
        }
        : value.GetDouble();

    private static GoldenCase Parse(string line)
    {
        JsonElement root = JsonDocument.Parse(line).RootElement;
        return new(root.GetProperty("id").GetString()!, root.GetProperty("kind").GetString()!, root.GetProperty("name").GetString()!,
            root.GetProperty("inputs"), root.GetProperty("expected"), root.GetProperty("expected_f32"));
    }
}
