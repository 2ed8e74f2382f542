using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tilt.Files;

/// <summary>Files that hold one JSON object.</summary>
internal static class JsonObjectFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Parses a file whose root is an object.</summary>
    /// <exception cref="InputException">It is not JSON, holds a key twice, or its root is something else.</exception>
    public static JsonDocument Parse(string path)
    {
        try
        {
            ReadOnlyMemory<byte> bytes = File.ReadAllBytes(path);
            // Editors on Windows put a byte-order mark in front.
            if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
            var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            CheckTexts(document.RootElement);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            JsonValueKind kind = document.RootElement.ValueKind;
            document.Dispose();
            throw new InputException($"The file '{path}' holds a JSON {kind} where an object is needed.");
        }
        catch (JsonException e)
        {
            throw new InputException($"The file '{path}' is not valid JSON{(e.LineNumber is { } line ? $" (line {line + 1}, byte {e.BytePositionInLine})" : "")}: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"The file '{path}' holds a text that is not valid Unicode: {e.Message}", e);
        }
    }

    /// <summary>Reads every text once: the parser lets broken UTF-8 and lone surrogates pass, and throws where they are read.</summary>
    /// <exception cref="InvalidOperationException">A text is broken.</exception>
    private static void CheckTexts(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray()) CheckTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    _ = property.Name;
                    CheckTexts(property.Value);
                }
                break;
        }
    }

    /// <summary>Writes a file with the top-level keys in ordinal order, aside first, so that it is complete or absent.</summary>
    public static void Write(string path, JsonObject file)
    {
        var sorted = new JsonObject(file.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        File.WriteAllText(path + ".partial", sorted.ToJsonString(Indented) + "\n");
        File.Move(path + ".partial", path, overwrite: true);
    }
}
