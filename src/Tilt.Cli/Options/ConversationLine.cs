using System.Text.Json;
using Tilt.Files;
using Tilt.HuggingFace.ChatTemplates;

namespace Tilt.Cli.Options;

/// <summary>Lines that hold a conversation.</summary>
internal static class ConversationLine
{
    /// <summary>Keys that Transformers hands to chat templates and that change their text; not to be passed over as unknown keys are.</summary>
    private static readonly string[] TemplateSettings = ["tools", "documents", "enable_thinking", "custom_tools", "builtin_tools", "tools_in_user_message", "continue_final_message"];

    /// <summary>The conversation at the key <c>messages</c>.</summary>
    public static IReadOnlyList<ChatMessage> Messages(this JsonLine line)
    {
        foreach (string key in TemplateSettings)
            if (line.Has(key)) throw line.Error($"\"{key}\" would change what the chat template writes, which is not supported. Leave it out.");
        JsonElement list = line.Root.GetProperty("messages");
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0) throw line.Error("\"messages\" must be a list of at least one message.");
        return [.. list.EnumerateArray().Select(message => Message(line, message))];
    }

    private static ChatMessage Message(JsonLine line, JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object) throw line.Error($"\"messages\" holds {JsonLine.Shorten(message)}, where an object with \"role\" and \"content\" is needed.");
        foreach (string key in (string[])["tool_calls", "reasoning_content"])
            if (message.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null) throw line.Error($"a message has \"{key}\", which is not supported.");
        ChatRole role = line.Text(message, "role") switch
        {
            "system" => ChatRole.System,
            "user" => ChatRole.User,
            "assistant" => ChatRole.Assistant,
            var other => throw line.Error($"a message has the role \"{other}\", which is not supported. Supported: system, user, assistant (no tools)."),
        };
        return new(role, line.Text(message, "content"));
    }
}
