using System.CommandLine;
using Tilt.Models;

namespace Tilt.Cli;

/// <summary>The option <c>--chat-format</c> of every command that reads conversations.</summary>
internal static class ChatFormatOption
{
    public static Option<string?> Create() => new("--chat-format")
    {
        Description = $"How conversations are written: {string.Join(", ", ChatFormatLoader.Names)}. Default: recognised by the model's chat template.",
    };
}
