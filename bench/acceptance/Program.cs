using System.Globalization;
using Tilt.Acceptance;
using Tilt.Acceptance.GgufImport;
using Tilt.Acceptance.Models;
using Tilt.Cli.Tests;

const string Usage = """
    Usage: dotnet run -c Release --project bench/acceptance -- COMMAND [repetitions]. Reports go to docs/acceptance.

    coverage            intervals of comparisons hold the truth as often as they say
    diagnosis-coverage  intervals of α and 1/β hold the projection as often as they say
    kills               training runs killed at any moment end like one that was left alone
    samplers            power sampling and sequential Monte Carlo against exact laws
    devices DEVICE [OUT] a device (cuda) computes what the CPU does, on the embedded and the golden models
    diagnoses DIR       prints a table of the diagnoses below a folder
    models DIR [write]  model folders with a reference of Transformers (bench/peers/models.sh); prints a table, "write" also reports it
    gguf --model FILE --reference DIR  a GGUF file imported and read where it lies, beside tensors, texts and log-probabilities of other programs
    verifier-search [--seed N] [--pairs N]  the verifier against pairs whose meaning an independent oracle knows (default 1,000,000 and a tenth as many equal ones)
    verifier-attack [--seed N] [--tries N]  the verifier against wrong responses that climb towards a score (default 1,000,000 tries)
    identity-control SEEDS WORK [RECIPE …]  recipes of optimiser and KL term on every regime, with SEEDS runs of tempered-1 and three of the others
    monitor WORK        when the monitor ends runs: chosen on seeds 1 to 10, judged on seeds 11 to 20
    memory              live tensors and resident memory along training runs
    controls DIR        writes changed copies of the embedded model that a diagnosis should name
    """;

if (args is ["diagnoses", var diagnoses])
{
    Console.Write(DiagnosisOverview.Markdown(diagnoses));
    return 0;
}

if (args is ["models", var models, .. [] or ["write"]])
    return await ModelChecks.RunAsync(models, args.Length == 3 ? Path.Combine("docs", "acceptance") : null);

if (args is ["gguf", "--model", var gguf, "--reference", var reference])
    return await GgufCheck.RunAsync(gguf, reference, Path.Combine("docs", "acceptance"));

if (args is ["controls", var controls])
{
    ChangedModel.WriteControls(Path.Combine("assets", "embedded"), controls);
    return 0;
}

if (args is ["identity-control", var control, var work, .. var recipes]
    && int.TryParse(control, CultureInfo.InvariantCulture, out int controlSeeds) && controlSeeds > 0)
    return await IdentityControl.RunAsync(controlSeeds, recipes, work, Path.Combine("docs", "acceptance"));

if (args is ["monitor", var recordings]) return await MonitorTrials.RunAsync(recordings, Path.Combine("docs", "acceptance"));

if (args is ["memory"]) return MemoryTrials.Run(Path.Combine("docs", "acceptance"));

if (args is ["memory-run", var number, var seen])
    return await MemoryTrials.RunOneAsync(int.Parse(number, CultureInfo.InvariantCulture), seen);

if (args is ["devices", var device, ..] && args.Length <= 3)
    return DeviceAgreement.Run(device,
        [Path.Combine("assets", "embedded"),
            .. Directory.EnumerateDirectories(Path.Combine("tests", "Tilt.HuggingFace.Tests", "golden"))
                .Where(d => File.Exists(Path.Combine(d, "reference.json"))).Order(StringComparer.Ordinal)],
        args.Length == 3 ? args[2] : Path.Combine("docs", "acceptance"));

if (args is ["verifier-search", .. var searchOptions]
    && LongOptions.TryRead(searchOptions, "--pairs", 1_000_000, out ulong searchSeed, out int pairs))
    return VerifierSearchReport.Run(searchSeed, pairs, Path.Combine("docs", "acceptance"));

if (args is ["verifier-attack", .. var attackOptions]
    && LongOptions.TryRead(attackOptions, "--tries", 1_000_000, out ulong attackSeed, out int tries))
    return VerifierAttackReport.Run(attackSeed, tries, Path.Combine("docs", "acceptance"));

int repetitions = 0;
if (args.Length is < 1 or > 2
    || args.Length == 2 && (!int.TryParse(args[1], CultureInfo.InvariantCulture, out repetitions) || repetitions < 1))
{
    Console.Error.WriteLine(Usage);
    return 2;
}

string folder = Path.Combine("docs", "acceptance");
switch (args[0])
{
    case "coverage":
        repetitions = repetitions == 0 ? 2_000 : repetitions;
        CoverageReport.Write([.. CoverageSimulation.Run(repetitions)], repetitions, folder);
        return 0;
    case "diagnosis-coverage":
        return DiagnosisCoverage.Run(repetitions == 0 ? 2_000 : repetitions, folder);
    case "kills":
        return KillTrials.Run(repetitions == 0 ? 250 : repetitions, folder);
    case "samplers":
        return await SamplerDistances.RunAsync(repetitions == 0 ? 200_000 : repetitions, folder);
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
