using System.Globalization;
using Tilt.Benchmarks;
using Tilt.Configuration;
using Tilt.Inference;
using Tilt.Models;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string mode = args.Length > 0 ? args[0] : "";
int Option(string name, int standard)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : standard;
}
string Text(string name, string standard)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : standard;
}
int threads = Option("--threads", 1), repeats = Option("--repeats", 7), samples = Option("--samples", 1);
switch (mode)
{
    case "sampling":
        FusedBenchmarks.Sampling(threads, repeats, samples, Option("--block", SamplerWorker.DefaultBlockSize), args.Contains("--ragged"));
        return 0;
    case "scoring":
        FusedBenchmarks.Scoring(threads, repeats, samples);
        return 0;
    case "stepping":
        FusedBenchmarks.Stepping(threads, repeats);
        return 0;
    case "training":
        TrainingBenchmark.Run(
            Text("--model", "assets/embedded"), threads, repeats, Option("--micro-batch-tokens", 3000),
            Text("--precision", "float32") == "bfloat16" ? TrainingPrecision.Bfloat16 : TrainingPrecision.Float32);
        return 0;
    case "lora-step":
        LoraStepBenchmark.Run(new(
            Text("--model", "assets/embedded"), Option("--sequences", 1), Option("--tokens", 512), Option("--rank", 16), threads, Option("--repeats", 3), !args.Contains("--no-checkpointing"),
            Text("--precision", "bfloat16") == "float32" ? ComputePrecision.Float32 : ComputePrecision.BFloat16));
        return 0;
    case "product":
        ProductBenchmark.Run();
        return 0;
    default:
        Console.Error.WriteLine("Usage: Tilt.Benchmarks sampling|scoring|stepping|training|lora-step|product [--threads N] [--repeats N] [--samples SAMPLES-PER-PROMPT] [--block SEQUENCES] [--ragged]");
        return 2;
}
