using System.CommandLine;
using Tilt.HuggingFace.ChatTemplates;

namespace Tilt.Cli.Options;

/// <summary>The option <c>--chat-format</c> of every command that reads conversations.</summary>
internal static class ChatFormatOption
{
    public static Option<string?> Create()
    {
        var option = new Option<string?>("--chat-format")
        {
            Description = $"How conversations are written: {string.Join(", ", ChatFormatLoader.Names)}. Default: recognised by the model's chat template.",
            HelpName = "name",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !ChatFormatLoader.Names.Contains(token.Value))
                result.AddError($"There is no chat format '{token.Value}'; there are {string.Join(", ", ChatFormatLoader.Names)}.");
        });
        return option;
    }
}
