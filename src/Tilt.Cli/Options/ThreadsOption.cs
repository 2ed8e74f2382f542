using System.CommandLine;
using System.Globalization;

namespace Tilt.Cli.Options;

/// <summary>The option <c>--threads</c> of every command that computes.</summary>
internal static class ThreadsOption
{
    /// <summary>
    /// Each thread has a stack and working memory of its own: a number far beyond any machine's cores would bring it down.
    /// </summary>
    private const int Most = 1024;

    public static Option<int> Create()
    {
        var option = new Option<int>("--threads") { Description = "Threads.", DefaultValueFactory = _ => Environment.ProcessorCount };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int count)
                && count is < 1 or > Most)
                result.AddError($"--threads is {count}; a number from 1 to {Most} is needed.");
        });
        return option;
    }
}
