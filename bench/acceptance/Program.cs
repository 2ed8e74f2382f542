using Tilt.Acceptance;

if (args is not ["coverage", ..] || args.Length > 2)
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project bench/acceptance -- coverage [repetitions]. The report goes to docs/acceptance.");
    return 2;
}

int repetitions = 2_000;
if (args.Length == 2 && (!int.TryParse(args[1], out repetitions) || repetitions < 1))
{
    Console.Error.WriteLine($"The number of repetitions must be a positive whole number, not '{args[1]}'.");
    return 2;
}

CoverageRow[] rows = [.. CoverageSimulation.Run(repetitions)];
CoverageReport.Write(rows, repetitions, Path.Combine("docs", "acceptance"));
return 0;
