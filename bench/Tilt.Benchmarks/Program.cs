using System.Globalization;
using Tilt.Benchmarks;
using Tilt.Inference.Fused;
using Tilt.Settings;
using Tilt.Torch;
using Tilt.Torch.Decoding;
using Tilt.Torch.Tensors;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string Text(string name, string standard)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : standard;
}
int Number(string name, int standard) =>
    int.Parse(Text(name, standard.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

var options =
    new BenchmarkOptions(Text("--model", "assets/embedded"), Number("--threads", 1), Number("--repeats", 7), args.Contains("--json"));
var load = new TorchLoadOptions
{
    Device = ComputeDevice.Of(Text("--device", "cpu")),
    Precision = Text("--dtype", "bfloat16") == "float32" ? ComputePrecision.Float32 : ComputePrecision.BFloat16,
    Storage = Text("--storage", "mapped") == "packed" ? WeightStorage.Packed : WeightStorage.Mapped,
};
switch (args.Length > 0 ? args[0] : "")
{
    case "sampling":
        new FusedBenchmarks(options)
            .Sampling(Number("--samples", 1), Number("--block", SamplerWorker.DefaultBlockSize), args.Contains("--ragged"));
        return 0;
    case "scoring":
        new FusedBenchmarks(options).Scoring();
        return 0;
    case "stepping":
        new FusedBenchmarks(options).Stepping();
        return 0;
    case "training":
        TrainingBenchmark.Run(options, Number("--micro-batch-tokens", 8192),
            Text("--dtype", "float32") == "bfloat16" ? TrainingPrecision.Bfloat16 : TrainingPrecision.Float32);
        return 0;
    case "lora-step":
        LoraStepBenchmark.Run(new(
            Text("--model", "assets/embedded"), Number("--sequences", 1), Number("--tokens", 512), Number("--rank", 16), options.Threads,
            Number("--repeats", 3), !args.Contains("--no-checkpointing"),
            ComputeDevice.Of(Text("--device", "cpu")),
            Text("--dtype", "bfloat16") == "float32" ? ComputePrecision.Float32 : ComputePrecision.BFloat16, args.Contains("--json")));
        return 0;
    case "rollouts":
        RolloutBenchmark.Run(new(
            Text("--model", ""), load with
            {
                Storage = load.Precision == ComputePrecision.BFloat16 ? WeightStorage.Packed : WeightStorage.Mapped
            }, Number("--prompts", 32), Number("--group", 4),
            Number("--prompt-tokens", 38), Number("--tokens", 128), Number("--threads", Environment.ProcessorCount), Number("--repeats", 2),
            args.Contains("--json")));
        return 0;
    case "update":
        UpdateBenchmark.Run(new(
            Text("--model", ""), Number("--sequences", 64), Number("--tokens", 256), Number("--rank", 0),
            Number("--micro-batch-tokens", 3000),
            Number("--threads", Environment.ProcessorCount), Number("--repeats", 2), args.Contains("--checkpointing"),
            Text("--dtype", "bfloat16") == "float32" ? TrainingPrecision.Float32 : TrainingPrecision.Bfloat16, args.Contains("--json")));
        return 0;
    case "model":
        int[] batches = [.. Text("--batches", "1,8").Split(',').Select(int.Parse)];
        new ModelBenchmark(Text("--model", ""), load, Number("--context", 512), Number("--steps", 16))
            .Run(batches, Number("--threads", Environment.ProcessorCount), args.Contains("--json"));
        return 0;
    case "product":
        ProductBenchmark.Run();
        return 0;
    case "enumeration":
        EnumerationBenchmark.Run(options.Repeats);
        return 0;
    case "tokenizer":
        TokenizerBenchmark.Run(options.Model, Text("--text", "README.md"), options.Repeats);
        return 0;
    case "chat-template":
        ChatTemplateBenchmark.Run(Text("--templates", "").Split(',', StringSplitOptions.RemoveEmptyEntries), Number("--seconds", 3));
        return 0;
    default:
        Console.Error.WriteLine("Usage: Tilt.Benchmarks "
            + "sampling|scoring|stepping|training|lora-step|rollouts|update|model|tokenizer|chat-template|enumeration|product [--model "
            + "DIR] [--device "
            + "cpu|cuda] [--dtype float32|bfloat16] [--storage mapped|packed] [--context TOKENS] [--batches 1,8] [--steps N] [--threads N] "
            + "[--repeats N] [--json] [--samples SAMPLES-PER-PROMPT] [--block SEQUENCES] [--ragged] [--micro-batch-tokens N] [--text FILE] "
            + "[--templates FILE,FILE] [--seconds N]");
        return 2;
}
