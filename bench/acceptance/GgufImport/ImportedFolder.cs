using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Tilt.Files;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Safetensors;
using Tilt.HuggingFace.Tokenizers;

namespace Tilt.Acceptance.GgufImport;

/// <summary>A GGUF file imported, beside the folder and the hashes that it should give.</summary>
internal static class ImportedFolder
{
    /// <summary>Imports and compares: seconds, and what differs.</summary>
    public static (double Seconds, GgufFinding[] Findings) Compare(string model, string reference, string folder, WeightType type)
    {
        long start = Stopwatch.GetTimestamp();
        using (MergedModel source = MergedModel.Open(model)) SafetensorsExport.Write(source, folder, new() { Type = type });
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (seconds, [Tensors(reference, folder, type), Configurations(reference, folder, type)]);
    }

    private static GgufFinding Tensors(string reference, string folder, WeightType type)
    {
        var tally = new GgufTally($"tensors in {type.Name()}, by hash");
        using SafetensorsCheckpoint weights = SafetensorsCheckpoint.Open(folder);
        var expected = JsonLines.Read(Path.Combine(reference, "reference", "tensors.jsonl")).ToDictionary(line => line.Text("name"));
        foreach ((string name, JsonLine line) in expected)
            tally.Note(
                weights.Contains(name) && weights.Find(name).Shape.SequenceEqual(line.Ids("shape").Select(size => (long)size))
                    && Convert.ToHexStringLower(SHA256.HashData(weights.FileOf(name).Bytes(name))) == line.Text($"{type.Name()}_sha256"),
                name);
        foreach (string name in weights.Names) if (!expected.ContainsKey(name)) tally.Note(false, $"{name} is too much");
        return tally.Finding;
    }

    /// <summary>What the readers make of both folders, and the keys of the small files.</summary>
    private static GgufFinding Configurations(string reference, string folder, WeightType type)
    {
        var tally = new GgufTally($"configuration and tokenizer in {type.Name()}");
        ModelConfiguration theirs = ModelConfigurationReader.Read(reference), ours = ModelConfigurationReader.Read(folder);
        tally.Note(theirs.EndOfSequenceIds.SequenceEqual(ours.EndOfSequenceIds)
            && theirs == ours with { EndOfSequenceIds = theirs.EndOfSequenceIds }, "the model's shape");
        foreach (string name in (string[])["generation_config.json", "tokenizer_config.json"])
        {
            using JsonDocument expected = JsonFile.ReadObject(Path.Combine(reference, name)),
                found = JsonFile.ReadObject(Path.Combine(folder, name));
            tally.Note(JsonElement.DeepEquals(expected.RootElement, found.RootElement), name);
        }
        BytePairTokenizerData left = BytePairTokenizerReader.Read(reference), right = BytePairTokenizerReader.Read(folder);
        tally.Note(left.Tokens.SequenceEqual(right.Tokens), "tokens");
        tally.Note(left.Merges.SequenceEqual(right.Merges), "merges");
        tally.Note(left.AddedTokens.SequenceEqual(right.AddedTokens), "added tokens");
        tally.Note(left.PreTokenizer.SequenceEqual(right.PreTokenizer), "pre-tokenizer");
        tally.Note((left.IgnoreMerges, left.NormalizeNfc, left.BeginOfSequenceId, left.PaddingId) == (right.IgnoreMerges,
            right.NormalizeNfc, right.BeginOfSequenceId, right.PaddingId), "flags and roles");
        return tally.Finding;
    }
}
