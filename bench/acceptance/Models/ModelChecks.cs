using System.Globalization;
using System.Text;
using Tilt.Torch.Tensors;

namespace Tilt.Acceptance.Models;

/// <summary>Compares every model folder with a reference below a folder, prints a table, and writes it down.</summary>
internal static class ModelChecks
{
    private static readonly (ModelQuantity Quantity, string Title)[] Columns =
    [
        (ModelQuantity.Logits, "logits"), (ModelQuantity.LogProbabilities, "log p"), (ModelQuantity.Entropies, "entropy"),
        (ModelQuantity.Sums, "sum log p"),
        (ModelQuantity.Gradients, "gradients"), (ModelQuantity.AdapterLogits, "LoRA logits"),
        (ModelQuantity.AdapterLogProbabilities, "LoRA log p"),
        (ModelQuantity.AdapterGradients, "LoRA gradients"), (ModelQuantity.Distributions, "processed p"), (ModelQuantity.Greedy, "greedy"),
        (ModelQuantity.Beams, "beams"),
        (ModelQuantity.BeamScores, "beam scores"), (ModelQuantity.BFloat16, "bfloat16"),
    ];

    public static async Task<int> RunAsync(string models, string? reports)
    {
        string[] folders = [.. Directory.EnumerateDirectories(models).Where(f => File.Exists(Path.Combine(f, ReferenceModel.FileName)))
            .Order(StringComparer.Ordinal)];
        if (folders.Length == 0)
        {
            Console.Error.WriteLine(
                $"There is no model with a {ReferenceModel.FileName} below '{models}'; bench/peers/models.sh makes some.");
            return 2;
        }
        TorchRuntime.Configure(Environment.ProcessorCount);
        var all = new List<ModelDifferences>();
        string library = "";
        Console.WriteLine(Header("model"));
        foreach (string folder in folders)
        {
            var differences = new ModelDifferences(Path.GetFileName(folder));
            try
            {
                using var reference = new ReferenceModel(folder);
                library = reference.Root.GetProperty("library").GetString() ?? "";
                TransformerComparison.Run(reference, differences);
                await EngineComparison.RunAsync(reference, differences);
                CommandComparison.Run(reference, differences);
            }
            catch (Exception failure) when (failure is InputException or ArgumentException or InvalidOperationException
                or KeyNotFoundException)
            {
                differences.Fail($"{failure.GetType().Name}: {failure.Message}");
            }
            all.Add(differences);
            Console.WriteLine(Row(differences));
            foreach (string finding in differences.Findings.Take(12)) Console.WriteLine("    " + finding);
        }
        if (reports is not null)
            AcceptanceReport.Write(reports, "peers-models",
                new
                {
                    Library = library,
                    Models = all.Select(m =>
                        new { m.Name, Worst = Columns.ToDictionary(c => c.Quantity.ToString(), c => m[c.Quantity]), m.Findings })
                },
                stamp => Markdown(all, library, stamp));
        int wrong = all.Count(m => m.Findings.Count > 0);
        Console.WriteLine($"{all.Count} models, {wrong} beyond a tolerance.");
        return wrong == 0 ? 0 : 1;
    }

    private static string Header(string first) =>
        $"| {first} | {string.Join(" | ", Columns.Select(c => c.Title))} "
        + $"|\n|---|{string.Concat(Enumerable.Repeat("---:|", Columns.Length))}";

    private static string Row(ModelDifferences m) =>
        $"| {m.Name} | {string.Join(" | ", Columns.Select(c => Number(c.Quantity, m[c.Quantity])))} "
        + $"|{(m.Findings.Count > 0 ? " WRONG" : "")}";

    private static string Number(ModelQuantity quantity, double value) =>
        value.ToString(quantity is ModelQuantity.Greedy or ModelQuantity.Beams ? "0" : quantity == ModelQuantity.BFloat16 ? "0.000"
            : "0.0e-0", CultureInfo.InvariantCulture);

    private static string Markdown(List<ModelDifferences> all, string library, string stamp)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Models of many shapes beside Transformers

            {stamp}. {all.Count} random model folders (`bench/peers/model_shapes.py`: corner cases made by hand, the others drawn), computed by
            {library} in float32 on the CPU with eager attention. Each entry is the worst of all the ways in which Tilt computes the quantity:
            the trainable transformer with float32 masters and with weights as stored, by its fused kernels and by libtorch's operations; the fused and the
            libtorch engine of generation; the adapter beside the weights and merged; `tilt score` and `tilt generate`. Log-probabilities in nats; gradients:
            L2 norm of the difference over that of the gradient, of the worst parameter; greedy and beams: responses and searches with another token, end or
            order; bfloat16: mean difference of log-probabilities with bfloat16 products, mapped and packed. Made by `bench/peers/models.sh`.

            {Header("model")}

            """);
        text.AppendLine(CultureInfo.InvariantCulture,
            $"| *tolerance* | {string.Join(" | ", Columns.Select(c => Number(c.Quantity, ModelDifferences.Tolerance(c.Quantity))))} |");
        text.AppendLine(CultureInfo.InvariantCulture,
            $"| *worst* | {string.Join(" | ", Columns.Select(c => Number(c.Quantity, all.Max(m => m[c.Quantity]))))} |");
        foreach (ModelDifferences model in all) text.AppendLine(Row(model));
        foreach (ModelDifferences model in all)
            foreach (string finding in model.Findings) text.AppendLine(CultureInfo.InvariantCulture, $"\n{model.Name}: {finding}");
        return text.ToString();
    }
}
