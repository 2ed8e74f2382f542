using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using static Tilt.Acceptance.Models.ModelDifferences;

namespace Tilt.Acceptance.Models;

/// <summary>
/// The commands beside the reference, as a user calls them: <c>tilt score</c> and <c>tilt generate</c> with both engines.
/// </summary>
internal static class CommandComparison
{
    public static void Run(ReferenceModel reference, ModelDifferences differences)
    {
        string folder = Directory.CreateTempSubdirectory("tilt-models-").FullName;
        try
        {
            string input = Path.Combine(folder, "input.jsonl"), output = Path.Combine(folder, "output.jsonl");
            File.WriteAllLines(input,
                reference.Sequences.Select(
                    s => new JsonObject { ["tokens"] = new JsonArray([.. s.Select(t => (JsonNode)t)]) }.ToJsonString()));
            CompareScores(reference, Tilt(output, "score", "--model", reference.Folder, "--input", input), differences, adapter: false);
            if (reference.HasAdapter)
                CompareScores(reference,
                    Tilt(output, "score", "--model", reference.Folder, "--adapter", reference.AdapterFolder, "--input", input), differences,
                    adapter: true);
            if (!reference.Root.TryGetProperty("responses", out JsonElement responses)) return;
            int limit = reference.Root.GetProperty("greedy")[0].GetProperty("tokens").GetArrayLength(),
                beamLimit = reference.Root.GetProperty("beam").GetProperty("max_new_tokens").GetInt32();
            foreach (string engine in new[] { "fused", "libtorch" })
            {
                string[] common = ["--model", reference.Folder, "--input", input, "--engine", engine];
                JsonElement[] lines = Tilt(output, ["generate", .. common, "--method", "greedy", "--max-new-tokens", $"{limit}"]);
                differences.Note(ModelQuantity.Greedy,
                    lines.Where((line, i) => !IsResponse(responses[i], line.GetProperty("outputs")[0])).Count(),
                    $"tilt generate, {engine}");
                CompareBeams(reference, Tilt(output,
                    ["generate", .. common, "--method", "beam-4-penalty-1", "--samples", "4", "--max-new-tokens", $"{beamLimit}"]),
                    differences, engine);
            }
        }
        catch (InvalidOperationException failure)
        {
            differences.Fail(failure.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CompareScores(ReferenceModel reference, JsonElement[] lines, ModelDifferences differences, bool adapter)
    {
        float[][] expected = adapter ? reference.AdapterLogProbabilities : reference.TokenLogProbabilities;
        for (int i = 0; i < expected.Length; i++)
        {
            float[] logProbabilities = lines[i].GetProperty("token_logprobs").Deserialize<float[]>()!;
            differences.Note(adapter ? ModelQuantity.AdapterLogProbabilities : ModelQuantity.LogProbabilities,
                Largest(expected[i], logProbabilities), "tilt score");
            differences.Note(ModelQuantity.Sums,
                Math.Abs(expected[i].Sum(x => (double)x) - lines[i].GetProperty("sum_logprob").GetDouble()), "tilt score");
            if (!adapter)
                differences.Note(ModelQuantity.Entropies,
                    Largest(reference.Entropies[i].AsSpan()[..^1], lines[i].GetProperty("entropies").Deserialize<float[]>()!),
                    "tilt score");
        }
    }

    private static void CompareBeams(ReferenceModel reference, JsonElement[] lines, ModelDifferences differences, string engine)
    {
        int wrong = 0;
        foreach (JsonElement test in reference.Root.GetProperty("beam_responses").EnumerateArray())
        {
            JsonElement[] expected = [.. test.GetProperty("hypotheses").EnumerateArray()],
                found = [.. lines[test.GetProperty("prompt_index").GetInt32()].GetProperty("outputs").EnumerateArray()];
            if (expected.Length != found.Length || !expected.Zip(found).All(pair => IsResponse(pair.First, pair.Second))) wrong++;
            else foreach ((JsonElement theirs, JsonElement ours) in expected.Zip(found))
                differences.Note(ModelQuantity.BeamScores,
                    Math.Abs(theirs.GetProperty("score").GetDouble() - ours.GetProperty("score").GetDouble()), $"tilt generate, {engine}");
        }
        differences.Note(ModelQuantity.Beams, wrong, $"tilt generate, {engine}");
    }

    private static bool IsResponse(JsonElement expected, JsonElement found) =>
        found.GetProperty("tokens").Deserialize<int[]>()!.SequenceEqual(expected.GetProperty("tokens").Deserialize<int[]>()!)
        && (found.GetProperty("stop_reason").GetString() == "end_of_sequence") == expected.GetProperty("finished").GetBoolean();

    private static JsonElement[] Tilt(string output, params string[] arguments)
    {
        File.Delete(output);
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "tilt.exe" : "tilt"),
            [.. arguments, "--out", output])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> written = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException(
                $"tilt {arguments[0]} ended with {process.ExitCode}: {errors.Result.Trim()} {written.Result.Trim()}");
        return [.. File.ReadLines(output).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
