using System.IO.Enumeration;
using Tilt.Tasks.Data;

namespace Tilt.HuggingFace.Hub;

/// <summary>Which files of a repository are wanted.</summary>
/// <remarks>
/// Patterns are matched against the whole path, case-sensitively; <c>*</c> stands for any text, slashes included, <c>?</c> for one
/// character, and a pattern that ends with a slash for everything below that folder.
/// </remarks>
public sealed class FileSelection
{
    private static readonly string[] DefaultNames =
    [
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "adapter_config.json",
        "chat_template.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "vocab.txt", "merges.txt", "tokenizer.model",
        "model.safetensors.index.json",
    ];

    private readonly Func<string, bool> _wanted;

    private FileSelection(Func<string, bool> wanted, bool isDefault, IReadOnlyList<string> names) =>
        (this._wanted, IsDefault, Names) = (wanted, isDefault, names);

    /// <summary>
    /// What Tilt and Transformers need to run a model: configurations, tokenizer, chat template and safetensors weights at the top of
    /// the repository. Weights in other formats, copies in sub-folders and Mistral's consolidated copy are left out.
    /// </summary>
    public static FileSelection Default { get; } = new(IsDefaultFile, isDefault: true, DefaultNames);

    /// <summary>
    /// What tasks read of a data set: Parquet, JSON, JSON Lines, CSV and TSV files, wherever they lie, and its card and licence.
    /// </summary>
    public static FileSelection OfDataset { get; } = new(IsDataFile, isDefault: true, []);

    /// <summary>Whether this is the default selection, without patterns.</summary>
    public bool IsDefault { get; }

    /// <summary>The names, without wildcards, that are asked for: what a repository may turn out not to have.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>
    /// The files that match a pattern to include (all of the default selection without any), less those that match one to exclude.
    /// </summary>
    /// <param name="include">Patterns; none takes the default selection.</param>
    /// <param name="exclude">Patterns.</param>
    /// <param name="kind">What the repository holds, which decides on the default selection.</param>
    public static FileSelection Of(
        IReadOnlyList<string> include, IReadOnlyList<string> exclude, RepositoryKind kind = RepositoryKind.Model)
    {
        ArgumentNullException.ThrowIfNull(include);
        ArgumentNullException.ThrowIfNull(exclude);
        if (include.Count == 0 && exclude.Count == 0) return kind == RepositoryKind.Dataset ? OfDataset : Default;
        string[] included = [.. include.Select(Normalize)], excluded = [.. exclude.Select(Normalize)];
        Func<string, bool> usual = kind == RepositoryKind.Dataset ? IsDataFile : IsDefaultFile;
        bool Wanted(string path) => (included.Length == 0 ? usual(path) : Matches(included, path)) && !Matches(excluded, path);
        string[] names = included.Length == 0
            ? kind == RepositoryKind.Dataset ? [] : DefaultNames
            : [.. included.Where(p => p.AsSpan().IndexOfAny('*', '?') < 0 && HubListing.IsSafe(p))];
        return new FileSelection(Wanted, isDefault: false, [.. names.Where(Wanted)]);
    }

    /// <summary>Whether the file at a path is wanted.</summary>
    public bool Includes(string path) => _wanted(path);

    /// <summary>Whether a file holds rows of a data set.</summary>
    internal static bool HoldsRows(string path) => DataFile.EndingOf(path) is not null && !IsDescription(path);

    private static bool IsDataFile(string path) => DataFile.EndingOf(path) is not null || path is "README.md" or "LICENSE";

    private static bool IsDescription(string path) => Path.GetFileName(path) is "dataset_infos.json" or "dataset_info.json";

    private static bool IsDefaultFile(string path)
    {
        if (path.StartsWith("additional_chat_templates/", StringComparison.Ordinal))
            return path.EndsWith(".jinja", StringComparison.Ordinal);
        return DefaultNames.Contains(path) || IsWeights(path);
    }

    private static bool IsWeights(string path) =>
        path.EndsWith(".safetensors", StringComparison.Ordinal) && !path.Contains('/', StringComparison.Ordinal)
        && !path.StartsWith("consolidated", StringComparison.Ordinal);

    private static bool Matches(string[] patterns, string path) =>
        patterns.Any(p => FileSystemName.MatchesSimpleExpression(p, path, ignoreCase: false));

    private static string Normalize(string pattern)
    {
        string forward = pattern.Replace('\\', '/');
        return forward.EndsWith('/') ? forward + "*" : forward;
    }
}
