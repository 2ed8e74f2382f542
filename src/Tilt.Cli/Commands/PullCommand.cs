using System.CommandLine;
using Tilt.Cli.Progress;
using Tilt.HuggingFace.Hub;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt pull</c>: a model from the Hugging Face hub into the cache that Python shares.</summary>
internal static class PullCommand
{
    public static Command Create()
    {
        var repository = new Argument<string>("REPO[@revision]")
        {
            Description = "Repository on the hub, such as Qwen/Qwen2.5-0.5B, with a branch, tag or commit after an @. Default: @main."
        };
        var dataset = new Option<bool>("--dataset")
        {
            Description = "The repository is a data set, such as openai/gsm8k; tasks then take its name.",
        };
        var include = new Option<string[]>("--include")
        {
            Description =
                "Only files that match one of these patterns, such as \"*.json\"; * also matches slashes. Default: what Tilt needs."
        };
        var exclude = new Option<string[]>("--exclude") { Description = "No files that match one of these patterns." };
        var parallel = new Option<int>("--parallel") { Description = "Files fetched at once.", DefaultValueFactory = _ => 4 };
        var recheck = new Option<bool>("--recheck")
        {
            Description = "Also read files that are in the cache already, and fetch those again whose checksum is wrong."
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "List the files and their sizes, and stop." };
        var command = new Command("pull", """
            Downloads a model or a data set from the Hugging Face hub into the cache that Python's tools share, and prints its folder. Run again, it continues where it stopped.

            Example: tilt pull Qwen/Qwen2.5-0.5B

            A data set: tilt pull --dataset openai/gsm8k

            Other commands then take --model Qwen/Qwen2.5-0.5B. Gated and private repositories need a token in HF_TOKEN or from 'hf auth login'. HF_ENDPOINT, HF_HOME, HF_HUB_CACHE and HF_HUB_OFFLINE mean what they mean in Python.
            """)
        {
            repository, dataset, include, exclude, parallel, recheck, dryRun,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            HubRepository target = HubRepository.Parse(parsed.GetRequiredValue(repository)) with
            {
                Kind = parsed.GetValue(dataset) ? RepositoryKind.Dataset : RepositoryKind.Model,
            };
            int files = parsed.GetValue(parallel);
            if (files is < 1 or > 64) throw new InputException($"--parallel is {files}; 1 to 64 files can be fetched at once.");
            HubOptions options = HubEnvironment.Current.Read() with { ParallelFiles = files };
            FileSelection selection = FileSelection.Of(parsed.GetValue(include) ?? [], parsed.GetValue(exclude) ?? [], target.Kind);
            using var download = new SnapshotDownload(options) { Recheck = parsed.GetValue(recheck) };
            try
            {
                return parsed.GetValue(dryRun)
                    ? await ListAsync(download, target, selection, cancellationToken)
                    : await PullAsync(download, target, selection, cancellationToken);
            }
            catch (HubException exception)
            {
                await Console.Error.WriteLineAsync(exception.Message);
                return ExitCode.Failed;
            }
        });
        return command;
    }

    /// <summary>The folder goes to standard output alone, so that scripts can take it; everything else goes to standard error.</summary>
    private static async Task<int> PullAsync(SnapshotDownload download, HubRepository repository, FileSelection selection,
        CancellationToken cancellationToken)
    {
        var board = new PullBoard(repository.ToString(), TimeProvider.System);
        PulledSnapshot snapshot = await board.ShowAsync(() => download.RunAsync(repository, selection, board, cancellationToken));
        board.Summarize();
        Console.WriteLine(snapshot.Folder);
        return ExitCode.Done;
    }

    private static async Task<int> ListAsync(SnapshotDownload download, HubRepository repository, FileSelection selection,
        CancellationToken cancellationToken)
    {
        PullPlanned plan =
            await download.PlanAsync(repository, selection, new PullBoard(repository.ToString(), TimeProvider.System), cancellationToken);
        var present = plan.Present.ToHashSet();
        foreach (HubFile file in plan.Files)
            Console.WriteLine($"{(file.Size is { } size ? ByteSize.Text(size) : "?"),8} "
                + $" {file.Path}{(present.Contains(file) ? "  (in the cache)" : "")}");
        Console.WriteLine($"{ByteSize.Text(plan.Files.Sum(f => f.Size ?? 0)),8}  {plan.Files.Count} files of '{repository}' at "
            + $"commit {plan.Commit}, {ByteSize.Text(plan.Files.Except(plan.Present).Sum(f => f.Size ?? 0))} to download.");
        return ExitCode.Done;
    }
}
