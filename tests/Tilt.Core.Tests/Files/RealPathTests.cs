using Tilt.Files;

namespace Tilt.Core.Tests.Files;

public sealed class RealPathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_itself_however_it_is_spelled_and_through_links()
    {
        string file = _folder.Path("a", "b", "file");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "");
        Directory.CreateSymbolicLink(_folder.Path("to-a"), _folder.Path("a"));
        Directory.CreateSymbolicLink(_folder.Path("relative"), Path.Combine("to-a", "b"));
        File.CreateSymbolicLink(_folder.Path("link"), Path.Combine(_folder.Path("relative"), "file"));
        foreach (string other in (string[])[_folder.Path("a", "b", "..", "b", "file"), _folder.Path("a", ".", "b", "file"),
            _folder.Path("to-a", "b", "file"), _folder.Path("relative", "file"), _folder.Path("link")])
            Assert.True(RealPath.IsSame(file, other), other);
        Assert.True(RealPath.IsSame(Path.GetRelativePath(Environment.CurrentDirectory, file), file));
        Assert.True(RealPath.IsWithin(_folder.Path("link"), _folder.Path("to-a")));
        Assert.True(RealPath.IsWithin(_folder.Path("a") + Path.DirectorySeparatorChar, _folder.Path("to-a")));
    }

    [Fact]
    public void What_does_not_exist_has_a_name_too_and_neighbours_are_not_within()
    {
        Directory.CreateSymbolicLink(_folder.Path("link"), _folder.Path("nowhere"));
        Assert.True(RealPath.IsSame(_folder.Path("link", "file"), _folder.Path("nowhere", "file")));
        Assert.False(RealPath.IsWithin(_folder.Path("model-2"), _folder.Path("model")));
        Assert.False(RealPath.IsWithin(_folder.Path("model"), _folder.Path("model", "below")));
    }

    [Fact]
    public void Links_in_a_circle_end()
    {
        File.CreateSymbolicLink(_folder.Path("one"), _folder.Path("two"));
        File.CreateSymbolicLink(_folder.Path("two"), _folder.Path("one"));
        Assert.False(RealPath.IsSame(_folder.Path("one", "x"), _folder.Path("three", "x")));
    }
}
