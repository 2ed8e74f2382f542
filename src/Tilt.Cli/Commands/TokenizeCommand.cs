using System.CommandLine;
using System.Globalization;
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
        var model = new Option<string>("--model", "-m") { Description = "Folder of the model, in Hugging Face layout, or a repository that 'tilt pull' fetched.", Required = true };
        var input = new Option<string>("--input", "-i") { Description = "JSON Lines: {\"text\"}, {\"messages\"[, \"add_generation_prompt\", \"date_string\"]} or {\"ids\"} on each.", Required = true };
        var output = new Option<string>("--out", "-o") { Description = "Where to write one line for each: ids, ids_with_special, rendered, decoded as fits it.", Required = true };
        Option<string?> format = ChatFormatOption.Create();
        var command = new Command("tokenize", """
            Encodes texts and conversations as a model's tokenizer and chat template do, and decodes token ids.

            Example: tilt tokenize --model Qwen/Qwen2.5-3B-Instruct --input conversations.jsonl --out tokens.jsonl
            """)
        {
            model, input, output, format,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            string folder = ModelFolder.Resolve(parsed.GetRequiredValue(model)), to = parsed.GetRequiredValue(output);
            using AtomicFile result = OutputFile.Open(to, parsed.GetRequiredValue(input), "--input", folder);
            ITokenizer tokenizer = TokenizerLoader.Load(folder);
            var chat = new Lazy<IChatFormat>(() => ChatFormatLoader.Load(folder, tokenizer, parsed.GetValue(format)));
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
                        progress.Show(null, () => string.Create(CultureInfo.InvariantCulture, $"{writer.Count:N0} lines, {writer.Count / Math.Max(1e-3, progress.Elapsed.TotalSeconds):N0} lines/s"));
                    }
                    count = writer.Count;
                });
                Console.WriteLine($"{count} lines written to {to}.");
            }));
        });
        return command;
    }

    private static void Write(JsonLine line, ITokenizer tokenizer, Lazy<IChatFormat> chat, JsonLineWriter writer)
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
    private static void WriteConversation(JsonLine line, ITokenizer tokenizer, IChatFormat format, JsonLineWriter writer)
    {
        var options = new ChatOptions { AddGenerationPrompt = line.Flag("add_generation_prompt") };
        if (line.Has("date_string")) options = options with { DateString = line.Text("date_string") };
        IReadOnlyList<ChatMessage> messages = line.Messages();
        string rendered = format.Render(messages, options);
        int[] ids = tokenizer.Encode(rendered), withSpecial = format.Encode(messages, options, tokenizer);
        writer.Write(json =>
        {
            JsonLineWriter.WriteIds(json, "ids", ids);
            JsonLineWriter.WriteIds(json, "ids_with_special", withSpecial);
            json.WriteString("rendered", rendered);
            json.WriteString("decoded", tokenizer.Decode(ids));
        });
    }

    private static void WriteIds(int[] ids, ITokenizer tokenizer, JsonLineWriter writer) => writer.Write(json =>
    {
        JsonLineWriter.WriteIds(json, "ids", ids);
        json.WriteString("decoded", tokenizer.Decode(ids));
        json.WriteString("decoded_skip_special", tokenizer.Decode(ids, skipSpecialTokens: true));
    });
}
