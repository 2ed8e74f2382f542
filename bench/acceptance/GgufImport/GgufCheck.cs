using System.Diagnostics;
using System.Globalization;
using Tilt.HuggingFace.Export;
using Tilt.Torch.Tensors;

namespace Tilt.Acceptance.GgufImport;

/// <summary>A GGUF file beside what independent programs say of it: imported in both types, and read where it lies.</summary>
internal static class GgufCheck
{
    private static readonly string[] References = ["tensors.jsonl", "logprobs.jsonl", "tokenizer.jsonl", "chat.jsonl"];

    /// <summary>Compares, prints a table and writes it down.</summary>
    /// <param name="model">The GGUF file.</param>
    /// <param name="reference">
    /// Folder with the Hugging Face files that the import should give, and <c>reference/</c> with tensors, log-probabilities,
    /// strings and chats.
    /// </param>
    /// <param name="reports">Where the report goes.</param>
    public static async Task<int> RunAsync(string model, string reference, string reports)
    {
        string[] needed = ["config.json", "tokenizer.json", .. References.Select(name => Path.Combine("reference", name))];
        string? missing =
            new[] { model }.Concat(needed.Select(name => Path.Combine(reference, name))).FirstOrDefault(path => !File.Exists(path));
        if (missing is not null)
        {
            Console.Error.WriteLine($"There is no file '{missing}'.");
            return 2;
        }
        TorchRuntime.Configure(Environment.ProcessorCount);
        var findings = new List<GgufFinding>();
        var seconds = new Dictionary<string, double>();
        string folder = Directory.CreateTempSubdirectory("tilt-gguf-").FullName;
        try
        {
            foreach (WeightType type in (WeightType[])[WeightType.BFloat16, WeightType.Float32])
            {
                (seconds[type.Name()], GgufFinding[] found) =
                    ImportedFolder.Compare(model, reference, Path.Combine(folder, type.Name()), type);
                findings.AddRange(found);
            }
            foreach ((string path, string name) in ((string, string)[])[(Path.Combine(folder, "float32"), "imported folder"),
                (model, "file itself")])
            {
                findings.AddRange(TextComparison.Compare(path, name, reference));
                findings.AddRange(await LikelihoodComparison.CompareAsync(path, name, reference));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        long memory = Process.GetCurrentProcess().PeakWorkingSet64;
        Console.Write(Table(findings));
        foreach (GgufFinding finding in findings.Where(f => f.Wrong > 0)) Console.WriteLine($"{finding.Name}: {finding.First}");
        AcceptanceReport.Write(reports, "gguf",
            new { Model = Path.GetFileName(model), ImportSeconds = seconds, PeakBytes = memory, Findings = findings }, stamp =>
                Markdown(model, findings, seconds, stamp));
        return findings.All(f => f.Wrong == 0) ? 0 : 1;
    }

    private static string Table(List<GgufFinding> findings) => string.Concat(
        ["| compared | cases | wrong | largest difference | tolerance |\n|---|---:|---:|---:|---:|\n",
        .. findings.Select(f => string.Create(
            CultureInfo.InvariantCulture, $"| {f.Name} | {f.Cases} | {f.Wrong} "
                + $"| {(f.Tolerance == 0 ? "–" : f.Largest.ToString("0.0e0", CultureInfo.InvariantCulture))} "
                + $"| {(f.Tolerance == 0 ? "equal" : f.Tolerance.ToString("0e0", CultureInfo.InvariantCulture))} |\n"))]);

    private static string Markdown(string model, List<GgufFinding> findings, Dictionary<string, double> seconds, string stamp)
    {
        string times = string.Join(" and ", seconds.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Value:0.0} s ({p.Key})")));
        string file = string.Create(CultureInfo.InvariantCulture, $"`{Path.GetFileName(model)}` ({new FileInfo(model).Length / 1e6:0} MB)");
        return $"""
            # A GGUF file beside independent programs

            {stamp}. {file}, imported in {times}, and read where it lies, beside a Hugging Face folder made of it by
            a separate program and what Transformers, tokenizers and PyTorch compute with that: every tensor by SHA-256, the tokenizer's
            strings and conversations, log-probabilities in nats and entropies in float32 on the CPU, and greedy responses (but those on
            whose way the two best logits come within 1e-3 of each other). Made by
            `dotnet run -c Release --project bench/acceptance -- gguf --model FILE --reference DIR`.

            {Table(findings)}
            """;
    }
}
