using System.Globalization;
using System.Text.Json;
using Tilt.Rollouts;
using Tilt.Tasks.Data;

namespace Tilt.Studies.Evaluation;

/// <summary>Responses to one problem, made elsewhere.</summary>
/// <param name="Problem">The problem, where the file holds it; null where it is known by its id alone.</param>
/// <param name="Id">Id of the problem.</param>
/// <param name="Responses">Texts of the responses.</param>
public sealed record ForeignResponses(Problem? Problem, string Id, IReadOnlyList<ForeignResponse> Responses)
{
    private const string Known = "samples of 'tilt eval' (problem, sample, response), generations of 'tilt generate' (id, outputs), "
        + "lm-eval's samples (doc, resps), lighteval's details (doc, model_response or predictions)";

    /// <summary>Reads a file of responses; its layout is told by its columns.</summary>
    /// <param name="path">JSON Lines, JSON or Parquet.</param>
    /// <param name="layoutOf">Columns and place of the answers of a problem that the file holds.</param>
    /// <exception cref="InputException">The file cannot be read, or its layout is not known.</exception>
    public static IReadOnlyList<ForeignResponses> Read(string path, Func<DataRow, (ProblemFields Fields, AnswerSource AnswerFrom)> layoutOf)
    {
        IReadOnlyList<DataRow> rows = DataFile.Read(path);
        if (rows is not [var first, ..]) throw new InputException($"'{path}' holds no responses.");
        if (first.HasColumn("response") && first.HasColumn("problem")) return OfSamples(rows);
        if (first.HasColumn("outputs")) return [.. rows.Select(OfGeneration)];
        if (first.HasColumn("resps") && first.HasColumn("doc")) return OfHarness(rows, layoutOf);
        if (first.HasColumn("model_response") || first.HasColumn("predictions")) return [.. rows.Select(OfDetails)];
        throw new InputException($"'{path}' holds no responses in a known layout: {Known}. Its columns "
            + $"are {string.Join(", ", first.Values.EnumerateObject().Select(p => p.Name))}.");
    }

    private static ForeignResponses[] OfSamples(IReadOnlyList<DataRow> rows) =>
    [
        .. rows.GroupBy(row => row.Text("problem") ?? throw row.Error("\"problem\" is null, where the id of a problem is needed."),
            StringComparer.Ordinal)
            .Select(group => new ForeignResponses(null, group.Key, [.. group.Select(row => new ForeignResponse(
                row.Text("response") ?? "",
                row.HasColumn("tokens") && int.TryParse(row.Text("tokens"), CultureInfo.InvariantCulture, out int tokens) ? tokens : null,
                row.HasColumn("ended") ? row.Text("ended") is "true" : null))])),
    ];

    private static ForeignResponses OfGeneration(DataRow row)
    {
        if (!row.HasColumn("id")) throw row.Error("there is no \"id\", which tells the problem. Generate from lines that have one.");
        return new(null, row.Text("id") ?? "", [.. List(row, "outputs").Select(output => new ForeignResponse(
            Member(row, output, "text"),
            output.TryGetProperty("tokens", out JsonElement tokens) && tokens.ValueKind == JsonValueKind.Array
                ? tokens.GetArrayLength()
                : null,
            output.TryGetProperty("stop_reason", out JsonElement reason) ? reason.GetString() == "end_of_sequence" : null))]);
    }

    // Every filter of lm-eval writes a line of its own with the same responses: those of the first one are read.
    private static ForeignResponses[] OfHarness(IReadOnlyList<DataRow> rows,
        Func<DataRow, (ProblemFields Fields, AnswerSource AnswerFrom)> layoutOf)
    {
        string? filter = rows[0].HasColumn("filter") ? rows[0].Text("filter") : null;
        return [.. rows.Where(row => filter is null || row.Text("filter") == filter).Select((row, i) =>
        {
            string id = row.HasColumn("doc_id") && row.Text("doc_id") is { } given ? given : $"{i}";
            if (!row.Values.TryGetProperty("doc", out JsonElement document) || document.ValueKind != JsonValueKind.Object)
                throw row.Error("\"doc\" must be an object: the problem as the harness read it.");
            var inner = new DataRow(row.Path, $"{row.Place} (doc)", row.Number, document);
            (ProblemFields fields, AnswerSource answerFrom) = layoutOf(inner);
            return new ForeignResponses(new ProblemReader(fields, answerFrom).Read(inner) with { Id = id }, id,
                [.. Flat(row.Values.GetProperty("resps")).Select(text => new ForeignResponse(text, null, null))]);
        })];
    }

    private static ForeignResponses OfDetails(DataRow row)
    {
        string id = $"{row.Number}";
        if (row.HasColumn("model_response"))
        {
            JsonElement document = row.Values.GetProperty("doc"), choices = document.GetProperty("choices");
            string query = Member(row, document, "query");
            JsonElement gold = document.GetProperty("gold_index");
            int index = gold.ValueKind == JsonValueKind.Array ? gold[0].GetInt32() : gold.GetInt32();
            JsonElement response = row.Values.GetProperty("model_response");
            return new(new(id, query, Flat(choices).ElementAt(index)), id,
                [.. Flat(response.GetProperty("text")).Select(text => new ForeignResponse(text, null, null))]);
        }

        string question = row.HasColumn("example") ? row.Text("example")! : row.Text("full_prompt") ?? "";
        return new(new(id, question, Flat(row.Values.GetProperty("gold")).First()), id,
            [.. Flat(row.Values.GetProperty("predictions")).Select(text => new ForeignResponse(text, null, null))]);
    }

    private static JsonElement.ArrayEnumerator List(DataRow row, string column) =>
        row.Values.TryGetProperty(column, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : throw row.Error($"\"{column}\" must be a list.");

    private static string Member(DataRow row, JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out JsonElement value)
            && value.ValueKind == JsonValueKind.String ? value.GetString()! : throw row.Error($"\"{key}\" must be a text.");

    /// <summary>The texts in lists in lists; older files hold a list as the text of one.</summary>
    private static IEnumerable<string> Flat(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Flat),
        _ => [],
    };
}

/// <summary>A response that was made elsewhere.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Tokens">Its tokens; null where they are not known.</param>
/// <param name="Ended">Whether it ended by itself; null where that is not known.</param>
public sealed record ForeignResponse(string Text, int? Tokens, bool? Ended);
