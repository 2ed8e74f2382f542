using System.Text;
using Tilt.Configuration;

namespace Tilt.Settings;

/// <summary>The page docs/configuration.md, made from the configuration records.</summary>
public static class ConfigurationPage
{
    /// <summary>The page docs/configuration.md.</summary>
    public static string Markdown()
    {
        StringBuilder page = new(Introduction);
        page.Append("\n## Training\n\nRead by `tilt train`.\n\n").Append(ConfigurationDocument.Markdown<TrainingConfiguration>());
        page.Append("\n## Grid\n\nRead by `tilt compare --grid`.\n\n").Append(ConfigurationDocument.Markdown<GridConfiguration>());
        page.Append("\n## Pretraining\n\nRead by `tilt pretrain`.\n\n").Append(ConfigurationDocument.Markdown<PretrainingConfiguration>());
        page.Append("\n## Theory\n\nRead by `tilt theory`.\n\n").Append(ConfigurationDocument.Markdown<TheoryConfiguration>());
        return page.ToString();
    }

    private const string Introduction =
        """
        # Configuration

        <!-- Generated from the option records. After a change of theirs, run the tests once with UPDATE_GOLDEN=1. -->

        A configuration is one YAML file, with every key optional unless its default is given as *required*. Settings on the
        command line, such as `optimizer.learning_rate=1e-4`, are laid over those of the file; of two settings of one key the
        later counts. Everything that is wrong with a configuration is reported at once, before any work is done. The run folder
        holds the resolved configuration as `config.yaml`, every key written out.

        A path of an existing file or folder is looked for beside the configuration file, then in the working directory, then
        beside the program; one given on the command line is not looked for beside the configuration file.

        """;
}
