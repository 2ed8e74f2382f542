using System.Globalization;
using Tilt.Acceptance;

string folder = Path.Combine("docs", "acceptance");
if (args.Length is < 1 or > 2 || Count(args) is not { } count) return Usage();
switch (args[0])
{
    case "coverage":
        int repetitions = count > 0 ? count : 2_000;
        CoverageReport.Write([.. CoverageSimulation.Run(repetitions)], repetitions, folder);
        return 0;
    case "kills":
        return KillTrials.Run(count > 0 ? count : 100, folder);
    default:
        return Usage();
}

// The number after the command's name; 0 where there is none.
static int? Count(string[] args) =>
    args.Length < 2 ? 0 : int.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0 ? value : null;

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: dotnet run -c Release --project bench/acceptance -- COMMAND [COUNT]. Reports go to docs/acceptance.
          coverage [repetitions]   how often the 95 % intervals hold the truth
          kills [kills]            training runs killed at any moment end like one that was left alone
        """);
    return 2;
}
