using Tilt.HuggingFace.Safetensors;
using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;

namespace Tilt.Cli.Tests;

/// <summary>Copies of a model with exactly known changes: what a diagnosis says about them can be judged.</summary>
internal static class ChangedModel
{
    /// <summary>Temperature sampling as a model of its own: dividing the last norm's gains by τ divides all logits by τ.</summary>
    public static void WriteTempered(string folder, string target, float temperature) =>
        Write(folder, target, weights => Scale(weights["model.norm.weight"], 1 / temperature));

    /// <summary>
    /// A model that has another token in mind wherever the base has one, when it reads and when it writes; it needs tied embeddings.
    /// </summary>
    /// <param name="folder">The base.</param>
    /// <param name="target">Where the copy goes.</param>
    /// <param name="ids">The tokens that change places: each takes the place of the third after it.</param>
    public static void WritePermuted(string folder, string target, int[] ids) => Write(folder, target, weights =>
    {
        float[] embedding = weights["model.embed_tokens.weight"];
        int width = embedding.Length / TokenizerLoader.Load(folder).VocabularySize;
        float[][] rows = [.. ids.Select(id => embedding[(id * width)..((id + 1) * width)])];
        for (int i = 0; i < ids.Length; i++) rows[(i + 3) % ids.Length].CopyTo(embedding, ids[i] * width);
    });

    /// <summary>The ids of the digits.</summary>
    public static int[] Digits(string folder)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(folder);
        return [.. Enumerable.Range(0, 10).Select(digit => tokenizer.Encode($"{digit}")[0])];
    }

    /// <summary>All ids but those that end a response.</summary>
    public static int[] Words(string folder)
    {
        ITokenizer tokenizer = TokenizerLoader.Load(folder);
        return [.. Enumerable.Range(0, tokenizer.VocabularySize).Where(id => !tokenizer.EndOfSequenceIds.Contains(id))];
    }

    /// <summary>The controls of docs/diagnosis.md, one folder each.</summary>
    public static void WriteControls(string folder, string target)
    {
        foreach (float temperature in (float[])[0.5f, 0.7f, 2f])
            WriteTempered(folder, Path.Combine(target, FormattableString.Invariant($"temperature-{temperature}")), temperature);
        WritePermuted(folder, Path.Combine(target, "digits-permuted"), Digits(folder));
        WritePermuted(folder, Path.Combine(target, "words-permuted"), Words(folder));
    }

    private static void Write(string folder, string target, Action<Dictionary<string, float[]>> change)
    {
        Directory.CreateDirectory(target);
        foreach (string file in Directory.EnumerateFiles(folder).Where(file => !file.EndsWith(".safetensors", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(folder);
        var weights = checkpoint.Names.ToDictionary(name => name, name => checkpoint.FileOf(name).ReadFloats(name));
        change(weights);
        SafetensorsWriter.Write(
            Path.Combine(target, "model.safetensors"),
            weights.Select(tensor => SafetensorsEntry.Of(tensor.Key, tensor.Value, [.. checkpoint.Find(tensor.Key).Shape])));
    }

    private static void Scale(float[] values, float factor)
    {
        foreach (ref float value in values.AsSpan()) value *= factor;
    }
}
