using Tilt.Cli.Options;
using Tilt.Files;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.Cli.Commands;

/// <summary>Makes the token ids of prompts from the lines of a JSON Lines file; tokenizer and chat format are loaded only when a line needs them.</summary>
internal sealed class PromptReader
{
    private readonly Lazy<ITokenizer> _tokenizer;
    private readonly Lazy<IChatFormat> _format;

    /// <param name="folder">The model's folder.</param>
    /// <param name="format">Name of the chat format, or null to go by the model's template.</param>
    public PromptReader(string folder, string? format)
    {
        _tokenizer = new(() => TokenizerLoader.Load(folder));
        _format = new(() => ChatFormatLoader.Load(folder, _tokenizer.Value, format));
    }

    public ITokenizer Tokenizer => _tokenizer.Value;

    public IChatFormat Format => _format.Value;

    /// <summary>The prompt of a line: its tokens, its text with the tokenizer's special tokens, or its conversation with the generation prompt.</summary>
    /// <exception cref="InputException">The line has no prompt, or none that can be encoded.</exception>
    public int[] Read(JsonLine line)
    {
        try
        {
            return line.Has("tokens") ? line.Ids("tokens")
                : line.Has("messages") ? OfConversation(line)
                : line.Has("prompt") ? OfText(line)
                : throw line.Error("a line needs \"tokens\", \"prompt\" or \"messages\".");
        }
        catch (FormatException e)
        {
            throw line.Error(e.Message, e);
        }
    }

    public int[] OfText(JsonLine line) => Tokenizer.EncodeWithSpecialTokens(line.Text("prompt"));

    public int[] OfConversation(JsonLine line)
    {
        var options = new ChatOptions { AddGenerationPrompt = true };
        if (line.Has("date_string")) options = options with { DateString = line.Text("date_string") };
        return Format.Encode(line.Messages(), options, Tokenizer);
    }
}
