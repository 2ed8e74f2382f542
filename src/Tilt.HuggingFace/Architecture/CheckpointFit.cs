using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Architecture;

/// <summary>Whether the tensors of a checkpoint are those of a configuration.</summary>
public static class CheckpointFit
{
    /// <exception cref="InputException">Tensors are missing, surplus or of wrong shape or type; all are listed.</exception>
    public static void Check(ModelConfiguration configuration, SafetensorsCheckpoint weights)
    {
        TensorFit.Check(
            $"The weights in '{weights.Folder}' do not fit its config.json",
            ParameterLayout.Of(configuration),
            weights.Names.Select(weights.Find),
            name => IsRedundant(name, configuration));
        if (configuration.TiedEmbeddings && weights.Contains(ParameterLayout.Output)) CheckTied(weights);
    }

    /// <summary>
    /// Libraries disagree which of two different matrices counts: the older ones tie them all the same, the newer do not.
    /// </summary>
    private static void CheckTied(SafetensorsCheckpoint weights)
    {
        SafetensorsTensor output = weights.Find(ParameterLayout.Output), embedding = weights.Find(ParameterLayout.Embedding);
        bool same = output.Type == embedding.Type && output.Shape.SequenceEqual(embedding.Shape)
            && HaveSameBytes(weights, output, embedding);
        if (!same)
            throw new InputException($"The weights in '{weights.Folder}' do not fit its config.json: '{ParameterLayout.Output}' differs "
                + $"from '{ParameterLayout.Embedding}', to which tie_word_embeddings ties it. Set tie_word_embeddings to false if the "
                + $"model has an output matrix of its own, or remove the tensor.");
    }

    private static unsafe bool HaveSameBytes(SafetensorsCheckpoint weights, SafetensorsTensor first, SafetensorsTensor second)
    {
        byte* a = weights.FileOf(first.Name).Address(first), b = weights.FileOf(second.Name).Address(second);
        // A span ends at 2³¹ − 1 bytes.
        const int Step = 1 << 30;
        for (long at = 0, length = first.End - first.Begin; at < length; at += Step)
        {
            int part = (int)Math.Min(Step, length - at);
            if (!new ReadOnlySpan<byte>(a + at, part).SequenceEqual(new ReadOnlySpan<byte>(b + at, part))) return false;
        }
        return true;
    }

    /// <summary>
    /// Published checkpoints hold copies of what the configuration already determines: the tied matrix and rotary frequencies.
    /// </summary>
    private static bool IsRedundant(string name, ModelConfiguration configuration) =>
        (name == ParameterLayout.Output && configuration.TiedEmbeddings) || name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);
}
