using Tilt.Cli.Options;
using Tilt.HuggingFace.Hub;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Inference.Fused;

namespace Tilt.Cli.Doctor;

/// <summary>The files that ship with Tilt, the folder of runs, and the Hugging Face cache with its token.</summary>
internal static class FileChecks
{
    private const string Area = "files";

    public static IEnumerable<DoctorCheck> Run(HubEnvironment environment)
    {
        yield return EmbeddedModel();
        yield return Configurations();
        yield return Runs(Path.GetFullPath("runs"));
        yield return Cache(environment.CacheFolder);
        yield return Hub(environment);
        yield return Token(environment);
    }

    /// <summary>The folder that runs go to unless told otherwise.</summary>
    public static DoctorCheck Runs(string folder) => WritableFolder.Obstacle(folder) is { } obstacle
        ? new(Area, "runs", CheckStatus.Problem, $"{folder} cannot be written to: {obstacle}",
            "Work in a folder that can be written to, or name one with out=… or --out.")
        : new(Area, "runs", CheckStatus.Ok, $"{folder} can be written to");

    /// <summary>The cache of models: whether it can be written to, and what it holds.</summary>
    public static DoctorCheck Cache(string folder)
    {
        if (WritableFolder.Obstacle(folder) is { } obstacle)
            return new(Area, "Hugging Face cache", CheckStatus.Problem, $"{folder} cannot be written to: {obstacle}",
                "Change its permissions, or set HF_HOME to a folder that can be written to.");
        try
        {
            string[] models = Directory.Exists(folder) ? Directory.GetDirectories(folder, "models--*") : [];
            long[] unfinished = [.. models.Select(m => Path.Combine(m, "blobs")).Where(Directory.Exists)
                .SelectMany(b => Directory.EnumerateFiles(b, "*.incomplete")).Select(f => new FileInfo(f).Length)];
            var data = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["folder"] = folder,
                ["models"] = models.Length,
                ["unfinished_files"] = unfinished.Length,
                ["unfinished_bytes"] = unfinished.Sum()
            };
            string text =
                $"{folder} {(Directory.Exists(folder)
                    ? $"holds {models.Length} {(models.Length == 1 ? "model" : "models")}"
                    : "does not exist yet; 'tilt pull' makes it")}";
            return unfinished.Length == 0
                ? new(Area, "Hugging Face cache", CheckStatus.Ok, text) { Data = data }
                : new(Area, "Hugging Face cache", CheckStatus.Note,
                    $"{text}, and {ByteSize.Text(unfinished.Sum())} of unfinished downloads",
                    "Run 'tilt pull' again for those models, or delete blobs/*.incomplete in their folders.")
                { Data = data };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(Area, "Hugging Face cache", CheckStatus.Problem, $"{folder} cannot be read: {e.Message}",
                "Change its permissions, or set HF_HOME to another folder.");
        }
    }

    /// <summary>Whether a token is set and where; never what it is.</summary>
    public static DoctorCheck Token(HubEnvironment environment)
    {
        try
        {
            return environment.ReadToken() is { } token
                ? new(Area, "Hugging Face token", CheckStatus.Ok, $"set, from {token.Source}")
                {
                    Data = new Dictionary<string, object?>(StringComparer.Ordinal) { ["set"] = true, ["source"] = token.Source }
                }
                : new(Area, "Hugging Face token", CheckStatus.Note, $"not set: neither HF_TOKEN nor {environment.TokenFile}",
                    "Set HF_TOKEN if you want gated or private models; others need none.")
                {
                    Data = new Dictionary<string, object?>(StringComparer.Ordinal) { ["set"] = false }
                };
        }
        catch (InputException e)
        {
            return new(Area, "Hugging Face token", CheckStatus.Problem, e.Message,
                "Set HF_TOKEN to a token copied from https://huggingface.co/settings/tokens, or unset it.");
        }
    }

    private static DoctorCheck Hub(HubEnvironment environment)
    {
        try
        {
            HubOptions options = environment.Read();
            var data = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["endpoint"] = options.Endpoint.ToString(),
                ["offline"] = options.Offline
            };
            return options.Offline
                ? new(Area, "hub", CheckStatus.Note, $"{options.Endpoint}, not used: HF_HUB_OFFLINE is set",
                    "Unset HF_HUB_OFFLINE to download models.")
                { Data = data }
                : new(Area, "hub", CheckStatus.Ok, $"{options.Endpoint} (not contacted)") { Data = data };
        }
        catch (InputException e)
        {
            return new(Area, "hub", CheckStatus.Problem, e.Message, "Correct or unset the variable.");
        }
    }

    private static DoctorCheck EmbeddedModel()
    {
        try
        {
            string folder = ApplicationFiles.Find(Path.Combine("assets", "embedded"));
            FusedModelLoader.Load(folder, threads: 1);
            TokenizerLoader.Load(folder);
            return new(Area, "embedded model", CheckStatus.Ok, $"{folder} loads")
            {
                Data = new Dictionary<string, object?>(StringComparer.Ordinal) { ["folder"] = folder }
            };
        }
        catch (InputException e)
        {
            return new(Area, "embedded model", CheckStatus.Problem, e.Message,
                "Restore the folder assets from the repository and build again.");
        }
    }

    private static DoctorCheck Configurations()
    {
        try
        {
            return new(Area, "configurations", CheckStatus.Ok, ApplicationFiles.Find(Path.Combine("configs", "quickstart.yaml")));
        }
        catch (InputException e)
        {
            return new(Area, "configurations", CheckStatus.Problem, e.Message,
                "Restore the folder configs from the repository and build again.");
        }
    }
}
