using System.CommandLine;
using Tilt.Cli.Progress;
using Tilt.Configuration;
using Tilt.Exact.Theory;
using Tilt.Files;
using Tilt.Reporting.Theory;
using Tilt.Settings;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt theory</c>: sharpening and task reward on a small problem, exactly.</summary>
internal static class TheoryCommand
{
    public static Command Create()
    {
        var config =
            new Option<string?>("--config", "-c") { Description = "YAML file of the problem; every key in docs/configuration.md." };
        var output = new Option<string>("--out", "-o")
        {
            Description = "The page to write.",
            DefaultValueFactory = _ => Path.Combine("runs", "theory.html")
        };
        var json = new Option<string?>("--json") { Description = "JSON file to write the numbers to." };
        var estimators = new Option<bool>("--estimators")
        {
            Description = "Print what policy-gradient and KL estimators estimate, on a problem of its own, and write no page."
        };
        Option[] problem =
        [
            new Option<string?>("--table")
            {
                Description = "stepwise: given shares of giving up, slips and ends; random: every row drawn."
            },
            new Option<string?>("--vocabulary") { Description = "Token ids." },
            new Option<string?>("--horizon") { Description = "L, the most tokens of a response." },
            new Option<string?>("--steps") { Description = "Steps that a right response needs." },
            new Option<string?>("--give-up") { Description = "Share of short answers: probability of ending at once." },
            new Option<string?>("--slip") { Description = "Probability that a step is a slip." },
            new Option<string?>("--concentration")
            {
                Description = "Concentration of the Dirichlet distribution that shares are drawn from."
            },
            new Option<string?>("--seed") { Description = "Seed of the drawn shares." },
        ];
        var fixedLength = new Option<bool>("--fixed-length") { Description = "Ignore the end token while responses are made." };
        var overrides = new Argument<string[]>("key=value")
        {
            Description = "Settings that replace those of the file, such as finish=0.9.",
            Arity = ArgumentArity.ZeroOrMore
        };
        var command = new Command("theory", """
            Shows on a small problem, by enumeration, what sharpening and task reward strive for: how accuracy, length and entropy of
            p^α·exp(r/β) move, where the mode lies, what a temperature and a length normalisation do, and whether stopping early pays.
            Writes a page with charts.

            Example: tilt theory --horizon 7 --steps 5 --give-up 0.1 --json theory.json
            """)
        {
            config, output, json, estimators,
        };
        foreach (Option option in problem) command.Add(option);
        command.Add(fixedLength);
        command.Add(overrides);
        command.SetAction((parsed, cancellationToken) =>
        {
            List<string> settings = [.. parsed.GetValue(overrides) ?? []];
            foreach (Option<string?> option in problem.Cast<Option<string?>>())
            {
                if (parsed.GetValue(option) is { } value) settings.Add($"{option.Name[2..].Replace('-', '_')}={value}");
            }
            if (parsed.GetValue(fixedLength)) settings.Add("fixed_length=true");
            if (parsed.GetValue(estimators))
            {
                bool named = parsed.GetResult(output) is { Implicit: false };
                if (settings.Count > 0 || parsed.GetValue(config) is not null || named)
                    throw new InputException("'tilt theory --estimators' has a problem of its own and writes no page; leave out the "
                        + "settings of a problem and --out.");
                PrintEstimators(parsed.GetValue(json));
            }
            else
            {
                Run(ConfigurationReader.Read<TheoryConfiguration>(parsed.GetValue(config), settings), parsed.GetValue(output)!,
                    parsed.GetValue(json), cancellationToken);
            }
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }

    private static void Run(TheoryConfiguration configuration, string output, string? json, CancellationToken cancellationToken)
    {
        AtomicFile.RequireWritable(output);
        if (json is not null) AtomicFile.RequireWritable(json);
        TheoryResults results = new TheoryStudy(configuration).Run(new Stages(), cancellationToken);
        TheoryPage.Write(results, output);
        if (json is not null) TheoryFile.Write(results, json);
        Console.WriteLine(TheoryTables.Headline(results));
        Console.WriteLine();
        Console.Write(TheoryTables.Optima(results).ToMarkdown());
        Console.WriteLine();
        Console.WriteLine($"Page: {Path.GetFullPath(output)}");
        if (json is not null) Console.WriteLine($"Numbers: {Path.GetFullPath(json)}");
    }

    private static void PrintEstimators(string? json)
    {
        EstimatorResults results = EstimatorStudy.Run();
        if (json is not null) TheoryFile.Write(results, json);
        Console.WriteLine($"Policy gradient of {results.Objective} on {results.Responses} responses, π half way from p to the target:");
        Console.WriteLine();
        Console.Write(TheoryTables.Gradients(results).ToMarkdown());
        Console.WriteLine();
        Console.WriteLine("KL estimators at the same π, one response drawn from π:");
        Console.WriteLine();
        Console.Write(TheoryTables.KlEstimators(results).ToMarkdown());
    }

    /// <summary>What is being computed, on standard error.</summary>
    private sealed class Stages : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine($"… {value}");
    }
}
