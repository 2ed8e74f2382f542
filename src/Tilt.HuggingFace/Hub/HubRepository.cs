using System.Text.RegularExpressions;

namespace Tilt.HuggingFace.Hub;

/// <summary>What a repository of the hub holds.</summary>
public enum RepositoryKind
{
    /// <summary>A model.</summary>
    Model,

    /// <summary>A data set.</summary>
    Dataset,
}

/// <summary>A repository of the hub at a revision, written <c>org/name</c> or <c>org/name@revision</c>.</summary>
/// <param name="Id">Name of the repository, with its organisation where it has one.</param>
/// <param name="Revision">A branch, a tag, a reference such as <c>refs/pr/1</c>, or a commit.</param>
/// <param name="Kind">What it holds.</param>
public sealed partial record HubRepository(string Id, string Revision, RepositoryKind Kind = RepositoryKind.Model)
{
    /// <summary>The branch that is meant when none is named.</summary>
    public const string DefaultRevision = "main";

    /// <summary>The branch of a data set on which the hub keeps its own conversion to Parquet.</summary>
    public const string ParquetRevision = "refs/convert/parquet";

    /// <summary>Whether the revision is a whole commit id, whose content can never change.</summary>
    public bool IsCommit => IsCommitId(Revision);

    /// <summary>Name of the repository's folder in the cache.</summary>
    public string CacheName =>
        (Kind == RepositoryKind.Dataset ? "datasets--" : "models--") + Id.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>Path of its page on the hub, which addresses of its files begin with.</summary>
    public string Page => Kind == RepositoryKind.Dataset ? "datasets/" + Id : Id;

    /// <summary>Path of what the hub says of it.</summary>
    public string Interface => (Kind == RepositoryKind.Dataset ? "api/datasets/" : "api/models/") + Id;

    /// <summary>Whether a text is a commit id: 40 hexadecimal digits in lower case.</summary>
    public static bool IsCommitId(string text) => CommitPattern().IsMatch(text);

    /// <summary>Reads <c>org/name[@revision]</c>.</summary>
    /// <exception cref="InputException">The text is no such name; the message tells the form.</exception>
    public static HubRepository Parse(string text) =>
        TryParse(text, out HubRepository? repository, out string problem) ? repository : throw new InputException(problem);

    /// <summary>Reads <c>org/name[@revision]</c>, or tells what is wrong with it.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HubRepository? repository,
        out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        repository = null;
        int at = text.IndexOf('@', StringComparison.Ordinal);
        string id = at < 0 ? text : text[..at], revision = at < 0 ? DefaultRevision : text[(at + 1)..];
        if (!IdPattern().IsMatch(id) || id.Contains("--", StringComparison.Ordinal) || id.Contains("..", StringComparison.Ordinal)
            || id.EndsWith(".git", StringComparison.Ordinal))
        {
            problem = $"'{id}' is not the name of a repository. Write org/name[@revision], such as Qwen/Qwen2.5-0.5B@main.";
            return false;
        }

        if (!IsReference(revision))
        {
            problem = $"'{revision}' is not a revision. After the @ of '{id}@…' goes a branch, a tag or a commit, such as main.";
            return false;
        }

        repository = new HubRepository(id, revision);
        problem = "";
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Revision == DefaultRevision ? Id : $"{Id}@{Revision}";

    /// <summary>References become paths in the cache: no segment may leave its folder.</summary>
    private static bool IsReference(string revision) =>
        revision.Length <= 255 && ReferencePattern().IsMatch(revision) && revision.Split('/').All(part => part is not ("" or "." or ".."));

    [GeneratedRegex(@"^([A-Za-z0-9_]([\w\-.]{0,94}[A-Za-z0-9_])?/)?[A-Za-z0-9_]([\w\-.]{0,94}[A-Za-z0-9_])?\z", RegexOptions.ECMAScript)]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^[A-Za-z0-9_.+\-/#%=,]+\z")]
    private static partial Regex ReferencePattern();

    [GeneratedRegex(@"^[0-9a-f]{40}\z")]
    private static partial Regex CommitPattern();
}
