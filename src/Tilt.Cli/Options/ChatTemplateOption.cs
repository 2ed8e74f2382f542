using System.CommandLine;
using Tilt.HuggingFace.ChatTemplates;

namespace Tilt.Cli.Options;

/// <summary>The option <c>--chat-template</c> of every command that reads conversations.</summary>
internal static class ChatTemplateOption
{
    public static Option<string?> Create() => new("--chat-template")
    {
        Description = $"How conversations are written: {ChatTemplateLoader.Choices}. Default: the model's own template.",
        HelpName = "name|file",
    };
}
