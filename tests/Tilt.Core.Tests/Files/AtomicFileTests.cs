using Tilt.Files;

namespace Tilt.Core.Tests.Files;

public sealed class AtomicFileTests
{
    // A name that no device has: were it not refused, nothing would be lost by the test.
    [Theory]
    [InlineData("/dev/tilt-test")]
    [InlineData("/proc/self/fd/tilt-test")]
    [InlineData("/dev/./fd/../tilt-test")]
    public void Devices_are_never_replaced(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no folder of devices.");
        Assert.Contains("device", Assert.Throws<InputException>(() => AtomicFile.RequireWritable(path)).Message, StringComparison.Ordinal);
        Assert.Contains("device", Assert.Throws<InputException>(() => AtomicFile.WriteText(path, "x")).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public void Two_writers_of_one_file_each_write_their_own_and_the_last_gives_the_content()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("results.jsonl");
        using AtomicFile first = AtomicFile.Open(path), second = AtomicFile.Open(path);
        for (int i = 0; i < 1000; i++)
        {
            first.Content.Write("first\n"u8);
            second.Content.Write("other\n"u8);
        }
        second.Complete();
        Assert.Equal(Enumerable.Repeat("other", 1000), File.ReadAllLines(path));
        first.Complete();
        Assert.Equal(Enumerable.Repeat("first", 1000), File.ReadAllLines(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder.Root));
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_file_as_it_was_and_removes_only_its_own()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("a.json"), neighbour = folder.Path("a.json.partial");
        File.WriteAllText(path, "before");
        File.WriteAllText(neighbour, "a user's");
        using (AtomicFile running = AtomicFile.Open(path))
        {
            Assert.Throws<ArithmeticException>(() => AtomicFile.Write(path, stream =>
            {
                stream.Write("half"u8);
                throw new ArithmeticException();
            }));
            running.Write(stream => stream.Write("whole"u8));
        }
        Assert.Equal("whole", File.ReadAllText(path));
        Assert.Equal("a user's", File.ReadAllText(neighbour));
        Assert.Equal([path, neighbour], Directory.EnumerateFileSystemEntries(folder.Root).Order());
    }

    [Fact]
    public void What_a_dead_process_left_goes_with_the_next_writing_of_the_same_file_alone()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("a.json"), left = path + ".0123456789abcdef.partial",
            others = folder.Path("b.json.0123456789abcdef.partial"), users = path + ".draft.partial";
        foreach (string file in (string[])[left, others, users]) File.WriteAllText(file, "half");
        using (AtomicFile living = AtomicFile.Open(path))
        {
            AtomicFile.WriteText(path, "x");
            Assert.Equal(3, Directory.EnumerateFiles(folder.Root, "*.partial").Count());
            living.Complete();
        }
        Assert.Equal(new[] { path, users, others }.Order(), Directory.EnumerateFileSystemEntries(folder.Root).Order());
    }

    [Fact]
    public void A_link_is_replaced_and_what_it_leads_to_stays()
    {
        using var folder = new TemporaryFolder();
        string users = folder.Path("thesis.txt"), link = folder.Path("out.txt");
        File.WriteAllText(users, "important");
        File.CreateSymbolicLink(link, users);
        AtomicFile.WriteText(link, "result");
        Assert.Equal("important", File.ReadAllText(users));
        Assert.Equal("result", File.ReadAllText(link));
        Assert.Null(new FileInfo(link).LinkTarget);
    }

    [Fact]
    public void Permissions_stay()
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = new TemporaryFolder();
        string path = folder.Path("a.json");
        File.WriteAllText(path, "before");
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(path, Mode);
        AtomicFile.WriteText(path, "after");
        Assert.Equal(Mode, File.GetUnixFileMode(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\0b")]
    [InlineData("folder/")]
    public void A_path_without_a_name_is_told(string path) =>
        Assert.Contains("names no file", Assert.Throws<InputException>(() => AtomicFile.RequireWritable(path)).Message,
            StringComparison.Ordinal);
}
