using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Tilt.HuggingFace.Families;

namespace Tilt.HuggingFace.Tests;

/// <summary>Folders of the library depend on each other in one direction: each can be read without those that stand on it.</summary>
public sealed class FolderTests
{
    private const string Root = "Tilt.HuggingFace.";

    [Fact]
    public void No_folder_depends_on_one_that_depends_on_it()
    {
        Dictionary<string, HashSet<string>> folders = Dependencies();
        Assert.Contains("Tokenizers", folders["Gguf"]);
        var done = new HashSet<string>();
        foreach (string folder in folders.Keys) Visit(folder, []);

        void Visit(string folder, string[] path)
        {
            Assert.False(path.Contains(folder), $"A circle of folders: {string.Join(" → ", path.Append(folder))}.");
            if (done.Contains(folder)) return;
            foreach (string next in folders[folder]) Visit(next, [.. path, folder]);
            done.Add(folder);
        }
    }

    [Fact]
    public void Families_stand_on_nothing() => Assert.Empty(Dependencies()["Families"]);

    /// <summary>The folders that each folder's code names.</summary>
    private static Dictionary<string, HashSet<string>> Dependencies()
    {
        ArchUnitNET.Domain.Architecture library = new ArchLoader().LoadAssembly(typeof(ModelFamily).Assembly).Build();
        var folders = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (IType type in library.Types.Where(type => FolderOf(type) is not null))
        {
            string folder = FolderOf(type)!;
            if (!folders.TryGetValue(folder, out HashSet<string>? others)) folders.Add(folder, others = new(StringComparer.Ordinal));
            others.UnionWith(type.Dependencies.Select(dependency => FolderOf(dependency.Target))
                .Where(other => other is not null && other != folder)!);
        }
        return folders;
    }

    private static string? FolderOf(IType type) =>
        type.FullName.StartsWith(Root, StringComparison.Ordinal) && type.Namespace?.FullName is { } name && name.Length > Root.Length
            ? name[Root.Length..]
            : null;
}
