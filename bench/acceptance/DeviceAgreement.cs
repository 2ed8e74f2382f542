using System.Globalization;
using System.Text;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.Inference.Methods;
using Tilt.Inference.Methods.Contracts;
using Tilt.Rollouts;
using Tilt.Torch;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using Tilt.Training.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Tilt.Acceptance;

/// <summary>What a device computes differently from the CPU for one model.</summary>
internal sealed record DeviceRow(string Model, IReadOnlyList<DeviceDifference> Differences)
{
    public bool Passed => Differences.All(difference => difference.Passed);
}

/// <summary>One difference; NaN fails.</summary>
internal sealed record DeviceDifference(string What, double Difference, double Largest)
{
    public bool Passed => Difference <= Largest;
}

/// <summary>
/// A device beside the CPU on the same model folders, both in float32: everything that a training run takes from a model.
/// </summary>
internal sealed class DeviceAgreement(string folder, Device device)
{
    private const int Sequences = 6, Limit = 24, Steps = 200;

    /// <summary>Adam moves a weight by the learning rate whatever its gradient, also by one that is rounding alone.</summary>
    private const double MostOfUpdates = 0.02;

    private readonly ModelConfiguration _configuration = ModelConfigurationReader.Read(folder);
    private readonly List<DeviceDifference> _differences = [];

    /// <summary>Compares and writes <c>devices.json</c> and <c>devices.md</c>; 1 when a difference is too large.</summary>
    public static int Run(string name, IReadOnlyList<string> models, string reports)
    {
        Device device = ComputeDevice.Of(name);
        TorchRuntime.Configure(Environment.ProcessorCount);
        var rows = new List<DeviceRow>();
        foreach (string model in models)
        {
            rows.Add(new DeviceAgreement(model, device).Compare());
            foreach (DeviceDifference d in rows[^1].Differences)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{rows[^1].Model,-20} {d.What,-44} {d.Difference:0.0e+0} of {d.Largest:0.0e+0} {(d.Passed ? "" : "FAILED")}"));
        }
        AcceptanceReport.Write(reports, "devices", rows, stamp => Markdown(stamp, name, rows));
        return rows.All(row => row.Passed) ? 0 : 1;
    }

    private DeviceRow Compare()
    {
        TokenSequence[] batch = Batch();
        LoraAdapter adapter = Adapter();
        using (Transformer here = Transformer.Load(folder), there = Transformer.Load(folder, device))
        {
            Scores(here, there, batch);
            Add("gradients of all parameters, relative norm", RelativeDifference(Gradients(here, batch), Gradients(there, batch)), 1e-4);
            Add("5 updates of all parameters, relative norm", RelativeDifference(Train(here, batch, 5), Train(there, batch, 5)),
                MostOfUpdates);
        }
        using (Transformer here = Transformer.LoadFrozen(folder), there = Transformer.LoadFrozen(folder, device))
        {
            here.Attach(adapter);
            there.Attach(adapter);
            here.Fused = false;
            float[] expected = Gradients(here, batch), actual = Gradients(there, batch);
            Add("gradients of an adapter, relative norm", RelativeDifference(expected, actual), 1e-4);
            Add("the same gradients computed twice", LargestDifference(actual, Gradients(there, batch)), 0);
            there.CheckpointActivations = true;
            Add("the same gradients with checkpointing", RelativeDifference(actual, Gradients(there, batch)), 1e-5);
            Add("5 updates of an adapter, relative norm", RelativeDifference(Train(here, batch, 5), Train(there, batch, 5)), MostOfUpdates);
            long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            Train(there, batch[..2], Steps);
            Add(string.Create(CultureInfo.InvariantCulture, $"tensors left by {Steps} updates"),
                DisposeScopeManager.Statistics.ThreadTotalLiveCount - live, 0);
        }
        Generation(null, "");
        Generation(adapter, " with an adapter");
        return new DeviceRow(Path.GetFileName(Path.GetFullPath(folder)), _differences);
    }

    private void Scores(Transformer here, Transformer there, TokenSequence[] batch)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        here.Fused = false;
        int[] ids = [.. batch[0].PromptIds, .. batch[0].ResponseIds];
        Add("logits", LargestDifference(Floats(here.Logits(ids)), Floats(there.Logits(ids))), 2e-4);
        (Tensor logs, Tensor entropies) = here.ResponseLogProbabilitiesAndEntropies(batch);
        (Tensor otherLogs, Tensor otherEntropies) = there.ResponseLogProbabilitiesAndEntropies(batch);
        Add("log-probabilities", LargestDifference(Floats(logs), Floats(otherLogs)), 1e-4);
        Add("entropies", LargestDifference(Floats(entropies), Floats(otherEntropies)), 1e-4);
    }

    private void Generation(LoraAdapter? adapter, string with)
    {
        using TorchLanguageModel here = TorchLanguageModel.Load(folder, new() { Adapter = adapter }),
            there = TorchLanguageModel.Load(folder, new() { Adapter = adapter, Device = device });
        int limit = Math.Min(Limit, _configuration.ContextLength / 2);
        InferenceRequest[] prompts =
            [.. Enumerable.Range(0, Sequences)
                .Select(i => new InferenceRequest(Ids(i + 100, 1 + Math.Min(5 * i, _configuration.ContextLength - limit - 1)), (uint)i))];
        foreach (string method in (string[])["greedy", "temperature-1", "temperature-0.7-top-p-0.9", "beam-4-penalty-1"])
        {
            Completion[][] expected = Outputs(here, method), actual = Outputs(there, method);
            IEnumerable<(Completion E, Completion A)> pairs = expected.SelectMany(e => e).Zip(actual.SelectMany(a => a));
            Add($"{method}{with}: responses with other tokens", pairs.Count(p => !p.E.ResponseIds.SequenceEqual(p.A.ResponseIds)), 0);
            Add($"{method}{with}: log-probabilities",
                pairs.Where(p => p.E.ResponseIds.SequenceEqual(p.A.ResponseIds))
                    .Select(p => LargestDifference(p.E.LogProbabilities, p.A.LogProbabilities)).DefaultIfEmpty(double.NaN).Max(), 1e-4);
        }

        Completion[][] Outputs(TorchLanguageModel model, string method) =>
            [.. InferenceMethods.Create(method, new() { Model = model, Sampler = new TorchSampler(model), MaxBatchSize = 16 })
                .RunAsync(prompts, new() { MaxNewTokens = limit, Outputs = 3, Seed = 5 }).GetAwaiter().GetResult().Outputs];
    }

    private void Add(string what, double difference, double largest) => _differences.Add(new(what, difference, largest));

    private TokenSequence[] Batch() => [.. Enumerable.Range(0, Sequences).Select(i =>
    {
        int[] ids = Ids(i, Math.Min(8 + 9 * i, _configuration.ContextLength));
        int prompt = 1 + i % 4;
        return new TokenSequence(ids[..prompt], ids[prompt..]);
    })];

    private int[] Ids(int index, int count)
    {
        var stream = new RandomStream(17, RandomDomain.Corpus, 0, (uint)index, 0);
        return [.. Enumerable.Range(0, count).Select(i => stream.Below(_configuration.VocabularySize, (uint)i))];
    }

    /// <summary>An adapter of rank 4 on all layers, with numbers in B too.</summary>
    private LoraAdapter Adapter()
    {
        LoraAdapter fresh = LoraAdapter.Initialize(new() { Rank = 4, Alpha = 8 }, _configuration, seed: 3);
        var stream = new RandomStream(18, RandomDomain.Initialization, 0, 0, 0);
        uint at = 0;
        return new LoraAdapter(fresh.Configuration,
            [.. fresh.Layers.Select(layer => layer with { B = [.. layer.B.Select(_ => (float)(0.1 * (stream.Uniform(at++) - 0.5)))] })]);
    }

    /// <summary>Gradients of the mean log-probability, all trainable parameters one behind the other.</summary>
    private static float[] Gradients(Transformer model, TokenSequence[] batch)
    {
        using var scope = NewDisposeScope();
        foreach (NamedParameter parameter in model.TrainableParameters) parameter.Value.grad?.zero_();
        model.ResponseLogProbabilities(batch).mean().backward();
        return [.. model.TrainableParameters.SelectMany(p => Floats(p.Value.grad!))];
    }

    /// <summary>How far updates have moved the trainable parameters.</summary>
    private static float[] Train(Transformer model, TokenSequence[] batch, int steps)
    {
        float[] before = [.. model.TrainableParameters.SelectMany(p => Floats(p.Value))];
        using var adam = new AdamW(model.TrainableParameters.Select(p => (p.Name, p.Value)), new());
        for (int step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            foreach (NamedParameter parameter in model.TrainableParameters) parameter.Value.grad?.zero_();
            model.ResponseLogProbabilities(batch).mean().neg().backward();
            GradientClipping.Clip(model.TrainableParameters.Select(p => p.Value), 1);
            adam.Step(1e-4);
        }
        return [.. model.TrainableParameters.SelectMany(p => Floats(p.Value)).Zip(before, (now, then) => now - then)];
    }

    private static float[] Floats(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.detach().cpu().contiguous().data<float>().ToArray();
    }

    private static double LargestDifference(IReadOnlyList<float> a, IReadOnlyList<float> b) =>
        a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max();

    private static double RelativeDifference(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b, (x, y) => ((double)x - y) * ((double)x - y)).Sum() / a.Sum(x => (double)x * x));

    private static string Markdown(string stamp, string device, List<DeviceRow> rows)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # {device} beside the CPU

            {stamp}. The same model folders in float32 on both. Made by
            `dotnet run -c Release --project bench/acceptance -p:Torch=cuda -- devices {device}`.

            | | largest allowed | {string.Join(" | ", rows.Select(row => row.Model))} |
            |---|---:|{string.Concat(rows.Select(_ => "---:|"))}

            """);
        for (int i = 0; i < rows[0].Differences.Count; i++)
        {
            DeviceDifference first = rows[0].Differences[i];
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {first.What} | {Number(first.Largest)} "
                + $"| {string.Join(" | ",
                    rows.Select(row => Number(row.Differences[i].Difference) + (row.Differences[i].Passed ? "" : " FAILED")))} |");
        }
        return text.ToString();
    }

    private static string Number(double number) => number == 0 ? "0" : number.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
