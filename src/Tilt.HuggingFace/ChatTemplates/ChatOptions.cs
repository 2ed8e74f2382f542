using System.Text.Json;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.ChatTemplates;

/// <summary>What a chat template can be told beside the messages.</summary>
public sealed record ChatOptions
{
    private readonly IReadOnlyDictionary<string, JsonElement> _variables = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
    private readonly IReadOnlyList<JsonElement>? _tools;

    /// <summary>The text ends where the model's turn begins.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>The text ends with the last message's content, so that the model goes on with it.</summary>
    public bool ContinueFinalMessage { get; init; }

    /// <summary>The tools that the model may call, as JSON schemas; null where there are none.</summary>
    public IReadOnlyList<JsonElement>? Tools
    {
        get => _tools;
        init => (_tools, ToolValues) = (value, value is null ? null : new([.. value.Select(JsonValues.Of)]));
    }

    /// <summary>Whether the model is to think before it answers, for templates that ask; null leaves it to the template.</summary>
    public bool? EnableThinking { get; init; }

    /// <summary>
    /// The day that the template is told as the variable <c>date_string</c>; null lets it take that of <see cref="Now"/>, or its own.
    /// </summary>
    public string? DateString { get; init; }

    /// <summary>
    /// The time that a template is told when it asks for it. Pinned, so that the same conversation is the same text on every day.
    /// </summary>
    public DateTime Now { get; init; } = new(2024, 7, 26);

    /// <summary>Further variables of the template by name.</summary>
    public IReadOnlyDictionary<string, JsonElement> Variables
    {
        get => _variables;
        init => (_variables, VariableValues) = (value, [.. value.Select(pair => KeyValuePair.Create(pair.Key, JsonValues.Of(pair.Value)))]);
    }

    internal ListValue? ToolValues { get; private init; }

    internal IReadOnlyList<KeyValuePair<string, object?>> VariableValues { get; private init; } = [];
}
