using System.Diagnostics;
using System.Globalization;
using Tilt.HuggingFace.ChatTemplates;

namespace Tilt.Benchmarks;

/// <summary>Speed of rendering conversations on one core.</summary>
internal static class ChatTemplateBenchmark
{
    private static readonly (string Name, ChatMessage[] Messages)[] Conversations =
    [
        ("a question", [new(ChatRole.User, "What is 37 times 43?")]),
        ("a short conversation",
            [new(ChatRole.System, "Be brief."), new(ChatRole.User, "What is 37 times 43?"),
                new(ChatRole.Assistant, "<think>\n37 * 43 = 1591\n</think>\n\nIt is 1591."), new(ChatRole.User, "And 38 times 43?")]),
        ("100 messages",
            [.. Enumerable.Range(0, 100)
                .Select(i => new ChatMessage(i % 2 == 0 ? ChatRole.User : ChatRole.Assistant, "And what comes then?"))]),
    ];

    /// <summary>Times templates.</summary>
    /// <param name="paths">Files in Jinja.</param>
    /// <param name="seconds">How long each measurement takes.</param>
    public static void Run(string[] paths, double seconds)
    {
        foreach (string path in paths)
        {
            string source = File.ReadAllText(path);
            long start = Stopwatch.GetTimestamp();
            ChatTemplate template = ChatTemplate.Parse(source, Path.GetFileName(path),
                tokens: new Dictionary<string, string> { ["bos_token"] = "<s>", ["eos_token"] = "</s>" });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{template.Name}: {source.Length} characters, parsed in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F2} ms"));
            foreach ((string name, ChatMessage[] messages) in Conversations) Measure(name, messages, template, seconds);
        }
    }

    private static void Measure(string name, ChatMessage[] messages, ChatTemplate template, double seconds)
    {
        var options = new ChatOptions { AddGenerationPrompt = true };
        // The first third compiles the code.
        double rate = 0;
        for (int part = 0; part < 3; part++)
        {
            long count = 0, characters = 0, start = Stopwatch.GetTimestamp();
            for (; Stopwatch.GetElapsedTime(start).TotalSeconds < seconds / 3; count++)
                characters += template.Render(messages, options).Length;
            rate = Math.Max(rate, count / Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (part == 2)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"  {name}: {rate:N0} a second, {characters / count} characters each"));
        }
    }
}
