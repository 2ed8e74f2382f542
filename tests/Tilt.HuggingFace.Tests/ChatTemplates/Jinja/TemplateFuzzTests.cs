using Tilt.HuggingFace.ChatTemplates.Jinja;
using Tilt.HuggingFace.ChatTemplates.Jinja.Values;

namespace Tilt.HuggingFace.Tests.ChatTemplates.Jinja;

/// <summary>Damaged templates: an <see cref="InputException"/> or a text, nothing else.</summary>
public sealed class TemplateFuzzTests
{
    private static readonly string[] Sources =
        [.. Directory.EnumerateFiles(GoldenModel.FolderOf(Path.Combine("chat", "templates")), "*.jinja").Order(StringComparer.Ordinal)
            .Select(File.ReadAllText)];

    private static readonly DictValue Variables = Rendered.Variables("""
        {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q 🙂"}, {"role": "assistant", "content": "<think>t</think>a", "tool_calls": [{"function": {"name": "f", "arguments": {"x": 1}}}]}, {"role": "tool", "content": "4"}],
         "tools": [{"type": "function", "function": {"name": "f"}}], "add_generation_prompt": true, "bos_token": "<s>"}
        """);

    [Fact]
    public void Changed_characters_never_do_worse_than_a_clear_error()
    {
        var random = new Random(4 + Mutations.SeedShift);
        const string Letters = "{}%#-+|'\"()[]:.,=~*/ \nabn019\\\u00e9";
        for (int round = 0; round < 3000; round++)
        {
            var text = new System.Text.StringBuilder(Sources[random.Next(Sources.Length)]);
            for (int n = random.Next(1, 6); n > 0; n--)
            {
                int at = random.Next(text.Length);
                switch (random.Next(3))
                {
                    case 0: text[at] = Letters[random.Next(Letters.Length)]; break;
                    case 1: text.Insert(at, Letters[random.Next(Letters.Length)]); break;
                    default: text.Remove(at, Math.Min(random.Next(1, 30), text.Length - at)); break;
                }
            }
            Try(text.ToString());
        }
    }

    [Fact]
    public void Exchanged_pieces_never_do_worse_than_a_clear_error()
    {
        var random = new Random(5 + Mutations.SeedShift);
        string[] words = [.. Sources.SelectMany(source => source.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Distinct()];
        for (int round = 0; round < 2000; round++)
        {
            string[] pieces = Sources[random.Next(Sources.Length)].Split(' ');
            for (int n = random.Next(1, 8); n > 0; n--) pieces[random.Next(pieces.Length)] = words[random.Next(words.Length)];
            Try(string.Join(' ', pieces));
        }
    }

    private static void Try(string source)
    {
        try
        {
            JinjaTemplate.Parse(source, "'test'").Render(Variables, Rendered.Now, new Limits(100_000, 100_000));
        }
        catch (InputException e)
        {
            Assert.StartsWith("The chat template 'test' ", e.Message, StringComparison.Ordinal);
        }
    }
}
