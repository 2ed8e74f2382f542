using System.CommandLine;
using Tilt.Cli.Progress;
using Tilt.Files;
using Tilt.Reporting.Reports;
using Tilt.Results;
using Tilt.RunFolders;
using Tilt.Studies.Reports;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt report</c>: one page from the folders of training runs and evaluations.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var folders = new Argument<string[]>("folders")
        {
            Description = "Folders of 'tilt train' and 'tilt eval', or folders that hold some, up to two levels down. The first evaluation "
                + "of an untrained model is the base that the others on the same problems are compared with.",
            Arity = ArgumentArity.OneOrMore
        };
        var output = new Option<string>("--out", "-o")
        {
            Description = "The page.",
            HelpName = "file",
            DefaultValueFactory = _ => "report.html"
        };
        var command = new Command("report", """
            One HTML page from training runs and evaluations, in any mix and number: accuracies with intervals and paired differences to the base,
            training curves, pass@k, cost, levels, responses side by side, what was run, and conclusions computed from the figures.

            Example: tilt report runs/eval/base runs/sharpening runs/task-reward runs/eval/sharpening runs/eval/task-reward --out report.html
            """)
        {
            folders, output,
        };
        command.SetAction((parsed, _) =>
        {
            string page = parsed.GetRequiredValue(output);
            AtomicFile.RequireWritable(page);
            ReportFigures figures = ReportReader.Read(parsed.GetValue(folders) ?? []);
            ReportPage.Write(figures, RunManifest.Version(), page);
            foreach (string sentence in figures.Notes.Concat(figures.Groups.SelectMany(g => g.Conclusions)).Concat(figures.RunConclusions))
                Console.WriteLine(sentence);
            Console.WriteLine($"Page: {Path.GetFullPath(page)}");
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
