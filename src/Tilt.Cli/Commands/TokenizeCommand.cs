using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Tilt.Cli.Options;
using Tilt.Cli.Progress;
using Tilt.Files;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.Hub;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.Cli.Commands;

/// <summary><c>tilt tokenize</c>: texts and conversations to token ids and back.</summary>
internal static class TokenizeCommand
{
    public static Command Create()
    {
        var model = new Option<string>("--model", "-m")
        {
            Description = "Folder of the model, in Hugging Face layout, a GGUF file, or a repository that 'tilt pull' fetched.",
            Required = true
        };
        var input = new Option<string>("--input", "-i")
        {
            Description = "JSON Lines: {\"text\"}, {\"messages\"[, \"tools\", \"add_generation_prompt\", …]} or {\"ids\"} on each.",
            Required = true
        };
        var output = new Option<string>("--out", "-o")
        {
            Description = "Where to write one line for each: ids, ids_with_special, rendered, assistant_spans, decoded as fits it.",
            Required = true
        };
        Option<string?> template = ChatTemplateOption.Create();
        var command = new Command("tokenize", """
            Encodes texts and conversations as a model's tokenizer and chat template do, and decodes token ids.

            Example: tilt tokenize --model Qwen/Qwen2.5-3B-Instruct --input conversations.jsonl --out tokens.jsonl
            """)
        {
            model, input, output, template,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            string folder = ModelFolder.Resolve(parsed.GetRequiredValue(model)), to = parsed.GetRequiredValue(output);
            using AtomicFile result = OutputFile.Open(to, parsed.GetRequiredValue(input), "--input", folder);
            ChatTemplateLoader.Check(folder, parsed.GetValue(template));
            ITokenizer tokenizer = TokenizerLoader.Load(folder);
            var chat = new Lazy<ChatTemplate>(() => ChatTemplateLoader.Load(folder, tokenizer, parsed.GetValue(template)));
            return Task.FromResult(Interruptible.Run(to, () =>
            {
                int count = 0;
                result.Write(stream =>
                {
                    var writer = new JsonLineWriter(stream);
                    using var progress = new ProgressLine();
                    foreach (JsonLine line in JsonLines.Read(parsed.GetRequiredValue(input)))
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        Write(line, tokenizer, chat, writer);
                        progress.Show(null, () => string.Create(CultureInfo.InvariantCulture,
                            $"{writer.Count:N0} lines, {writer.Count / Math.Max(1e-3, progress.Elapsed.TotalSeconds):N0} lines/s"));
                    }
                    count = writer.Count;
                });
                Console.WriteLine($"{count} lines written to {to}.");
            }));
        });
        return command;
    }

    private static void Write(JsonLine line, ITokenizer tokenizer, Lazy<ChatTemplate> chat, JsonLineWriter writer)
    {
        try
        {
            if (line.Has("text")) WriteText(line.Text("text"), tokenizer, writer);
            else if (line.Has("messages")) WriteConversation(line, tokenizer, chat.Value, writer);
            else if (line.Has("ids")) WriteIds(line.Ids("ids"), tokenizer, writer);
            else throw line.Error("a line needs \"text\", \"messages\" or \"ids\".");
        }
        catch (Exception e) when (e is FormatException or ArgumentOutOfRangeException)
        {
            throw line.Error(e.Message, e);
        }
    }

    private static void WriteText(string text, ITokenizer tokenizer, JsonLineWriter writer)
    {
        int[] ids = tokenizer.Encode(text), withSpecial = tokenizer.EncodeWithSpecialTokens(text);
        writer.Write(json =>
        {
            JsonLineWriter.WriteIds(json, "ids", ids);
            JsonLineWriter.WriteIds(json, "ids_with_special", withSpecial);
            json.WriteString("decoded", tokenizer.Decode(ids));
            json.WriteString("decoded_skip_special", tokenizer.Decode(withSpecial, skipSpecialTokens: true));
        });
    }

    // The template has written the special tokens, so that with and without them is the same.
    private static void WriteConversation(JsonLine line, ITokenizer tokenizer, ChatTemplate template, JsonLineWriter writer)
    {
        RenderedChat rendered = Conversation.Read(line, line.Flag("add_generation_prompt")).Render(template);
        int[] ids = tokenizer.Encode(rendered.Text), withSpecial = template.Encode(rendered.Text, tokenizer);
        bool[] mask = rendered.AssistantRanges.Count > 0 ? AssistantMask.Of(rendered, ids, tokenizer) : [];
        writer.Write(json =>
        {
            JsonLineWriter.WriteIds(json, "ids", ids);
            JsonLineWriter.WriteIds(json, "ids_with_special", withSpecial);
            json.WriteString("rendered", rendered.Text);
            if (rendered.AssistantRanges.Count > 0)
            {
                WriteSpans(json, rendered.AssistantSpans);
                JsonLineWriter.WriteIds(json, "assistant_mask", [.. mask.Select(m => m ? 1 : 0)]);
            }
            json.WriteString("decoded", tokenizer.Decode(ids));
        });
    }

    private static void WriteSpans(Utf8JsonWriter json, IReadOnlyList<(int Start, int End)> spans)
    {
        json.WriteStartArray("assistant_spans");
        foreach ((int start, int end) in spans)
        {
            json.WriteStartArray();
            json.WriteNumberValue(start);
            json.WriteNumberValue(end);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static void WriteIds(int[] ids, ITokenizer tokenizer, JsonLineWriter writer) => writer.Write(json =>
    {
        JsonLineWriter.WriteIds(json, "ids", ids);
        json.WriteString("decoded", tokenizer.Decode(ids));
        json.WriteString("decoded_skip_special", tokenizer.Decode(ids, skipSpecialTokens: true));
    });
}
