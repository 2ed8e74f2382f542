using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Tilt.Configuration;
using Tilt.HuggingFace.Safetensors;
using Tilt.Settings;
using Tilt.Torch.Model;
using Tilt.Training.Optimizers;
using static TorchSharp.torch;

namespace Tilt.Studies.EmbeddedModel;

/// <summary>The state of a pretraining run in one file: weights, moments and step, complete or absent, bound to its recipe.</summary>
public sealed class PretrainingCheckpoint
{
    private const string RecipeKey = "recipe";

    private readonly string _path;
    private readonly string _fingerprint;

    /// <summary>A checkpoint of a recipe at <paramref name="path"/>.</summary>
    public PretrainingCheckpoint(string path, PretrainingConfiguration recipe)
    {
        _path = path;
        // How often the state is saved may change between runs; all else makes another model.
        string text = ConfigurationWriter.ToYaml(recipe with { CheckpointEvery = 1 });
        _fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Saves the state, replacing what was there.</summary>
    public void Save(int step, Transformer model, Muon muon, AdamW adam)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var tensors = model.CopyWeights().Select(w => (w.Key, w.Value)).Concat(muon.Moments).Concat(adam.Moments);
        var entries = tensors.Select(t => SafetensorsEntry.Of(t.Item1, t.Item2, t.Item2.Length))
            .Append(SafetensorsEntry.Of("steps", (long[])[step, adam.Steps], 2));
        SafetensorsWriter.Write(_path, entries, new Dictionary<string, string>(StringComparer.Ordinal) { [RecipeKey] = _fingerprint });
    }

    /// <summary>Puts a saved state in place and returns its step; 0 when there is none.</summary>
    /// <exception cref="InputException">The file is damaged or from another recipe.</exception>
    public int TryRestore(Transformer model, Muon muon, AdamW adam)
    {
        if (!File.Exists(_path)) return 0;
        using var file = SafetensorsFile.Open(_path);
        if (!file.Metadata.TryGetValue(RecipeKey, out string? saved) || saved != _fingerprint)
            throw new InputException($"{_path} is the state of a pretraining with another recipe. Give another folder with --out, or "
                + $"remove the file to start again.");
        try
        {
            long[] steps = MemoryMarshal.Cast<byte, long>(file.Bytes("steps")).ToArray();
            Restore(model, file.ReadFloats);
            muon.Restore(file.ReadFloats);
            adam.Restore((int)steps[1], file.ReadFloats);
            return (int)steps[0];
        }
        catch (Exception exception) when (exception is ArgumentException or KeyNotFoundException)
        {
            throw new InputException($"{_path} does not fit the recipe: {exception.Message} Remove it to start again.", exception);
        }
    }

    private static void Restore(Transformer model, Func<string, float[]> read)
    {
        using var grad = no_grad();
        foreach (var (name, value) in model.Parameters)
        {
            using var scope = NewDisposeScope();
            value.copy_(tensor(read(name)).view(value.shape));
        }
    }

    /// <summary>Removes the file.</summary>
    public void Delete() => File.Delete(_path);
}
