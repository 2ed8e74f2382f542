using System.Text.Json;
using Tilt.Files;
using Tilt.HuggingFace.ChatTemplates;

namespace Tilt.Cli.Options;

/// <summary>The conversation on a line, with what the line tells its chat template.</summary>
/// <param name="Line">The line.</param>
/// <param name="Messages">The messages.</param>
/// <param name="Options">What the template is told.</param>
internal sealed record Conversation(JsonLine Line, IReadOnlyList<ChatMessage> Messages, ChatOptions Options)
{
    /// <summary>What else a line may tell the template, as it stands.</summary>
    private static readonly string[] Variables =
        ["documents", "custom_tools", "builtin_tools", "tools_in_user_message", "reasoning_effort"];

    /// <summary>Reads the conversation of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="addGenerationPrompt">The text ends where the model's turn begins, unless the line goes on with its last
    /// message.</param>
    /// <exception cref="InputException">The messages or a setting are not as they should be.</exception>
    public static Conversation Read(JsonLine line, bool addGenerationPrompt)
    {
        try
        {
            JsonElement list = line.Root.GetProperty("messages");
            if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
                throw line.Error("\"messages\" must be a list of at least one message.");
            bool goesOn = line.Flag("continue_final_message");
            var options = new ChatOptions
            {
                AddGenerationPrompt = addGenerationPrompt && !goesOn,
                ContinueFinalMessage = goesOn,
                Tools = Tools(line),
                EnableThinking = line.Has("enable_thinking") ? line.Flag("enable_thinking") : null,
                DateString = line.Has("date_string") ? line.Text("date_string") : null,
                Variables = Others(line),
            };
            return new(line, [.. list.EnumerateArray().Select(message => Message(line, message))], options);
        }
        catch (InvalidOperationException e)
        {
            throw line.Error("a text of the conversation holds half of a surrogate pair, which is no Unicode.", e);
        }
    }

    /// <summary>The conversation as text.</summary>
    /// <exception cref="InputException">The template fails with it, or refuses it; the message names the line.</exception>
    public RenderedChat Render(ChatTemplate template)
    {
        try
        {
            return template.RenderMarked(Messages, Options);
        }
        catch (InputException e)
        {
            throw Line.Error(e.Message, e);
        }
    }

    private static ChatMessage Message(JsonLine line, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object)
            throw line.Error($"\"messages\" holds {JsonLine.Shorten(message)}, where an object with \"role\" and \"content\" is needed.");
        if (!message.TryGetProperty("role", out JsonElement role) || role.ValueKind != JsonValueKind.String)
            throw line.Error("the \"role\" of a message must be a text.");
        if (message.TryGetProperty("content", out JsonElement content)
            && content.ValueKind is not (JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object or JsonValueKind.Null))
            throw line.Error("the \"content\" of a message must be a text or a list of parts.");
        if (content.ValueKind is JsonValueKind.Undefined && !message.TryGetProperty("tool_calls", out _))
            throw line.Error("a message has neither \"content\" nor \"tool_calls\".");
        return ChatMessage.Read(message);
    }

    private static JsonElement[]? Tools(JsonLine line)
    {
        if (!line.Has("tools")) return null;
        JsonElement tools = line.Root.GetProperty("tools");
        return tools.ValueKind == JsonValueKind.Array ? [.. tools.EnumerateArray()] : throw line.Error("\"tools\" must be a list.");
    }

    private static Dictionary<string, JsonElement> Others(JsonLine line)
    {
        Dictionary<string, JsonElement> others =
            Variables.Where(line.Has).ToDictionary(name => name, line.Root.GetProperty, StringComparer.Ordinal);
        if (!line.Has("chat_template_kwargs")) return others;
        JsonElement more = line.Root.GetProperty("chat_template_kwargs");
        if (more.ValueKind != JsonValueKind.Object) throw line.Error("\"chat_template_kwargs\" must be an object.");
        foreach (JsonProperty variable in more.EnumerateObject()) others[variable.Name] = variable.Value;
        return others;
    }
}
