using System.Globalization;
using Tilt.Files;

namespace Tilt.Core.Tests.Files;

public sealed class HeldFolderTests
{
    [Fact]
    public void A_second_holder_is_refused_and_told_who_holds_the_folder()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Path("runs", "a");
        using (HeldFolder held = HeldFolder.Open(path, "--out"))
        {
            Assert.Equal(path, held.Path);
            string message = Assert.Throws<InputException>(() => HeldFolder.Open(path, "--out")).Message;
            Assert.Contains(path, message, StringComparison.Ordinal);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture,
                $"process {Environment.ProcessId} on {Environment.MachineName}, since "), message, StringComparison.Ordinal);
            Assert.Contains("choose another folder with --out", message, StringComparison.Ordinal);
        }
        HeldFolder.Open(path, "--out").Dispose();
    }

    [Fact]
    public void A_folder_whose_holder_is_not_known_is_refused_all_the_same()
    {
        using var folder = new TemporaryFolder();
        using HeldFolder held = HeldFolder.Open(folder.Root, "--out");
        File.WriteAllText(folder.Path(".lock.json"), "{");
        Assert.Contains("in use by another process. Wait",
            Assert.Throws<InputException>(() => HeldFolder.Open(folder.Root, "--out")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Path("file"), "");
        Assert.Contains("cannot be written",
            Assert.Throws<InputException>(() => HeldFolder.Open(folder.Path("file", "a"), "'out'")).Message, StringComparison.Ordinal);
    }
}
