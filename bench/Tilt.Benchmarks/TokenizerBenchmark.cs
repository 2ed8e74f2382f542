using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.Benchmarks;

/// <summary>Speed of encoding and decoding on one core: a text file, and texts that are made to be slow.</summary>
internal static class TokenizerBenchmark
{
    private const int HostileBytes = 1_000_000;

    /// <summary>Times a tokenizer.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="file">A UTF-8 text.</param>
    /// <param name="repeats">Times each measurement is taken; the first and the best are shown.</param>
    public static void Run(string folder, string file, int repeats)
    {
        TokenizerLoader.Load(folder).Encode("The code is compiled before the clock starts. 1234, it's é 漢字\n");
        long start = Stopwatch.GetTimestamp();
        ITokenizer tokenizer = TokenizerLoader.Load(folder);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"loaded in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms, {tokenizer.VocabularySize} tokens"));
        string text = File.ReadAllText(file);
        Measure("text, encoded", text, tokenizer, repeats);
        Measure("text, a line at a time", [.. text.Split('\n').Select(line => line + "\n")], tokenizer, repeats);
        foreach ((string name, string unit) in new[] { ("one letter", "a"), ("spaces", " "), ("exclamation marks", "!"),
            ("combining marks", "\u0323\u0301"), ("half a special token", "<|im_start|"), ("a special token", "<|im_end|>") })
            Measure($"1 MB of {name}", string.Concat(Enumerable.Repeat(unit, HostileBytes / Encoding.UTF8.GetByteCount(unit))), tokenizer,
                1);
        var random = new Random(1);
        Measure("1 MB of random letters without a space",
            string.Create(HostileBytes, random, (span, source) => { foreach (ref char c in span) c = (char)('a' + source.Next(26)); }),
            tokenizer, 1);
        int[] ids = tokenizer.Encode(text);
        start = Stopwatch.GetTimestamp();
        tokenizer.Decode(ids);
        Report("text, decoded", Encoding.UTF8.GetByteCount(text), ids.Length, [Stopwatch.GetElapsedTime(start)]);
    }

    private static void Measure(string name, string text, ITokenizer tokenizer, int repeats) => Measure(name, [text], tokenizer, repeats);

    private static void Measure(string name, string[] texts, ITokenizer tokenizer, int repeats)
    {
        var times = new TimeSpan[repeats];
        long tokens = 0;
        for (int repeat = 0; repeat < repeats; repeat++)
        {
            tokens = 0;
            long start = Stopwatch.GetTimestamp();
            foreach (string text in texts) tokens += tokenizer.Encode(text).Length;
            times[repeat] = Stopwatch.GetElapsedTime(start);
        }
        Report(name, texts.Sum(text => (long)Encoding.UTF8.GetByteCount(text)), tokens, times);
    }

    private static void Report(string name, long bytes, long tokens, TimeSpan[] times) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {bytes / 1e6:F2} MB, {tokens} tokens, first {bytes / 1e6 / times[0].TotalSeconds:F1} MB/s, "
        + $"best {bytes / 1e6 / times.Min().TotalSeconds:F1} MB/s"));
}
