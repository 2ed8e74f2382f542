using Tilt.Files;

namespace Tilt.Core.Tests.Files;

public sealed class AtomicFolderTests
{
    [Fact]
    public void Two_writers_of_one_folder_each_fill_their_own()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("model");
        AtomicFolder.Write(path, outer =>
        {
            File.WriteAllText(Path.Combine(outer, "weights"), "outer");
            AtomicFolder.Write(path, inner => File.WriteAllText(Path.Combine(inner, "weights"), "inner"));
            Assert.Equal("outer", File.ReadAllText(Path.Combine(outer, "weights")));
            Assert.Equal("inner", File.ReadAllText(Path.Combine(path, "weights")));
        });
        Assert.Equal("outer", File.ReadAllText(Path.Combine(path, "weights")));
        Assert.Equal([Path.Combine(path, "weights")], Directory.EnumerateFileSystemEntries(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder.Root));
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_folder_as_it_was()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("model");
        AtomicFolder.Write(path, aside => File.WriteAllText(Path.Combine(aside, "weights"), "before"));
        Assert.Throws<ArithmeticException>(() => AtomicFolder.Write(path, aside =>
        {
            File.WriteAllText(Path.Combine(aside, "weights"), "half");
            throw new ArithmeticException();
        }));
        Assert.Equal("before", File.ReadAllText(Path.Combine(path, "weights")));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder.Root));
    }

    [Fact]
    public void What_a_dead_process_left_goes_and_what_a_living_one_fills_stays()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("model"), left = Directory.CreateDirectory(path + ".0123456789abcdef.partial").FullName,
            users = Directory.CreateDirectory(path + ".partial").FullName;
        File.WriteAllText(Path.Combine(left, "weights"), "half");
        AtomicFolder.Write(path, living =>
        {
            AtomicFolder.Write(path, _ => { });
            Assert.True(Directory.Exists(living));
        });
        Assert.Equal([path, users], Directory.EnumerateFileSystemEntries(folder.Root).Order());
    }
}
