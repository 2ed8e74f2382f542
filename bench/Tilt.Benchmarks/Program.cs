using System.Globalization;
using Tilt.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string mode = args.Length > 0 ? args[0] : "";
int Option(string name, int standard)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : standard;
}
int threads = Option("--threads", 1), repeats = Option("--repeats", 7), samples = Option("--samples", 1);
switch (mode)
{
    case "sampling":
        FusedBenchmarks.Sampling(threads, repeats, samples, args.Contains("--ragged"));
        return 0;
    case "scoring":
        FusedBenchmarks.Scoring(threads, repeats, samples);
        return 0;
    case "stepping":
        FusedBenchmarks.Stepping(threads, repeats);
        return 0;
    default:
        Console.Error.WriteLine("Usage: Tilt.Benchmarks sampling|scoring|stepping [--threads N] [--repeats N] [--samples SAMPLES-PER-PROMPT] [--ragged]");
        return 2;
}
