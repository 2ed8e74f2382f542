using System.Text.Json;
using Tilt.Files;

namespace Tilt.HuggingFace.Tokenizers.PreTokenization;

/// <summary>Reads the <c>pre_tokenizer</c> of a <c>tokenizer.json</c>; nested sequences become one.</summary>
internal static class PreTokenizerReader
{
    private const string Supported = "Supported: Split, Digits and, as the last step, ByteLevel, alone or in a Sequence.";

    public static IReadOnlyList<PreTokenizerStep> Read(JsonElement root, string path)
    {
        var steps = new List<PreTokenizerStep>();
        if (JsonFile.Find(root, "pre_tokenizer") is { } element) Add(element, path, steps);
        if (steps.Count(step => step is PreTokenizerStep.ByteLevel) == 1 && steps[^1] is PreTokenizerStep.ByteLevel) return steps;
        throw new InputException(
            $"'{path}' has a 'pre_tokenizer' that does not end in one ByteLevel step, so this is no byte-level tokenizer. {Supported}");
    }

    private static void Add(JsonElement element, string path, List<PreTokenizerStep> steps)
    {
        string type = JsonFile.Text(element, "type", path);
        switch (type)
        {
            case "Sequence":
                foreach (JsonElement part in JsonFile.List(element, "pretokenizers", path)) Add(part, path, steps);
                break;
            case "Split":
                steps.Add(ReadSplit(element, path));
                break;
            case "Digits":
                steps.Add(new PreTokenizerStep.Digits(JsonFile.Flag(element, "individual_digits", path)));
                break;
            case "ByteLevel":
                steps.Add(new PreTokenizerStep.ByteLevel(JsonFile.Flag(element, "add_prefix_space", path),
                    JsonFile.Flag(element, "use_regex", path, standard: true)));
                break;
            default:
                throw new InputException($"'{path}' has a 'pre_tokenizer' of type {type}, which is not supported. {Supported}");
        }
    }

    private static PreTokenizerStep.Split ReadSplit(JsonElement element, string path)
    {
        bool isRegex = JsonFile.Find(element, "pattern.Regex") is not null;
        string pattern = JsonFile.Text(element, isRegex ? "pattern.Regex" : "pattern.String", path);
        string behavior = JsonFile.Text(element, "behavior", path);
        // Enum.TryParse would also take numbers and lists of names.
        foreach (SplitBehavior known in Enum.GetValues<SplitBehavior>())
            if (behavior == known.ToString()) return new(pattern, isRegex, known, JsonFile.Flag(element, "invert", path));
        throw new InputException($"'{path}' has a Split pre-tokenizer with behavior {behavior}. "
            + $"Supported: {string.Join(", ", Enum.GetNames<SplitBehavior>())}.");
    }
}
