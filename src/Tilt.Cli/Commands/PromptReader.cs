using Tilt.Cli.Options;
using Tilt.Files;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.Cli.Commands;

/// <summary>
/// Makes the token ids of prompts from the lines of a JSON Lines file; tokenizer and chat template are loaded only when a line needs them.
/// </summary>
internal sealed class PromptReader
{
    private readonly Lazy<ITokenizer> _tokenizer;
    private readonly Lazy<ChatTemplate> _template;
    private readonly Lazy<int?> _turnEnd;

    /// <param name="folder">The model's folder.</param>
    /// <param name="template">Name or file of the chat template, or null for the model's own.</param>
    /// <exception cref="InputException">There is no such template.</exception>
    public PromptReader(string folder, string? template)
    {
        ChatTemplateLoader.Check(folder, template);
        _tokenizer = new(() => TokenizerLoader.Load(folder));
        _template = new(() => ChatTemplateLoader.Load(folder, _tokenizer.Value, template));
        _turnEnd = new(() => _template.Value.TurnEnd(_tokenizer.Value));
    }

    public ITokenizer Tokenizer => _tokenizer.Value;

    /// <summary>The token that the chat template writes behind the model's answer, or null.</summary>
    public int? TurnEnd => _turnEnd.Value;

    /// <summary>
    /// The prompt of a line: its tokens, its text with the tokenizer's special tokens, or its conversation with the generation prompt.
    /// </summary>
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
        string rendered = Conversation.Read(line, addGenerationPrompt: true).Render(_template.Value).Text;
        return _template.Value.Encode(rendered, Tokenizer);
    }
}
