using System.Runtime.CompilerServices;
using Tilt.Configuration;
using Tilt.Settings;

namespace Tilt.Core.Tests.Configuration;

public sealed class ConfigurationDocumentTests
{
    [Fact]
    public void The_committed_page_is_the_generated_one()
    {
        string path = Path.GetFullPath("../../../docs/configuration.md", Path.GetDirectoryName(ThisFile())!);
        string page = ConfigurationPage.Markdown();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(path, page);
        Assert.True(page == File.ReadAllText(path),
            $"{path} is not what the option records say; run this test once with UPDATE_GOLDEN=1 and commit the file.");
    }

    [Fact]
    public void Every_key_of_a_training_run_has_a_row_and_a_meaning()
    {
        string page = ConfigurationDocument.Markdown<TrainingConfiguration>();
        foreach ((string path, ConfigurationKey key,
            string text) in ConfigurationWriter.Leaves(new TrainingConfiguration { Adapter = new(), EarlyStopping = new() }))
        {
            Assert.NotEqual("", key.Description);
            Assert.Contains($"| `{path}` |", page, StringComparison.Ordinal);
            Assert.Contains($"| `{text}` |", page, StringComparison.Ordinal);
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
