using Tilt.HuggingFace.Adapters;
using Tilt.Torch.Model;
using static Tilt.Acceptance.Models.ModelDifferences;
using static TorchSharp.torch;

namespace Tilt.Acceptance.Models;

/// <summary>
/// The trainable transformer beside the reference: logits, log-probabilities, gradients, adapters, on every path that computes them.
/// </summary>
internal static class TransformerComparison
{
    public static void Run(ReferenceModel reference, ModelDifferences differences)
    {
        foreach (bool frozen in new[] { false, true })
        {
            // Checkpointing computes with libtorch's operations instead of the fused kernels.
            foreach (bool checkpointed in new[] { false, true })
            {
                string path = $"{(frozen ? "frozen" : "masters")}, {(checkpointed ? "operations" : "kernels")}";
                using var scope = NewDisposeScope();
                using Transformer model = frozen ? Transformer.LoadFrozen(reference.Folder) : Transformer.Load(reference.Folder);
                model.CheckpointActivations = checkpointed;
                CompareModel(reference, model, differences, path);
                if (reference.HasAdapter) CompareAdapter(reference, model, differences, path);
            }
        }
        if (!reference.HasAdapter) return;
        using var outer = NewDisposeScope();
        using Transformer merged = Transformer.Load(reference.Folder);
        merged.Merge(LoraAdapter.Load(reference.AdapterFolder, merged.Configuration));
        foreach (int i in new[] { 1, 2 })
            differences.Note(ModelQuantity.AdapterLogits,
                Largest(reference.Tensors.ReadFloats($"lora.logits.{i}"), Floats(merged.Logits(reference.Sequences[i]))), "merged");
    }

    private static void CompareModel(ReferenceModel reference, Transformer model, ModelDifferences differences, string path)
    {
        for (int i = 0; i < reference.Sequences.Length; i++)
            differences.Note(ModelQuantity.Logits,
                Largest(reference.Tensors.ReadFloats($"logits.{i}"), Floats(model.Logits(reference.Sequences[i]))), path);
        (Tensor logProbabilities, Tensor entropies) = model.ResponseLogProbabilitiesAndEntropies(reference.AsResponses);
        differences.Note(ModelQuantity.LogProbabilities,
            Largest([.. reference.TokenLogProbabilities.SelectMany(x => x)], Floats(logProbabilities)), path);
        differences.Note(ModelQuantity.Entropies, Largest([.. reference.Entropies.SelectMany(x => x[..^1])], Floats(entropies)), path);
        if (model.TrainableParameters.Count == 0) return;
        logProbabilities.mean().neg().backward();
        foreach ((string name, Tensor value) in model.TrainableParameters)
            differences.Note(ModelQuantity.Gradients, Relative(reference.Tensors.ReadFloats("grad." + name), Floats(value.grad!)),
                $"{path}, {name}");
    }

    private static void CompareAdapter(ReferenceModel reference, Transformer model, ModelDifferences differences, string path)
    {
        model.Attach(LoraAdapter.Load(reference.AdapterFolder, model.Configuration));
        foreach (int i in new[] { 1, 2 })
            differences.Note(ModelQuantity.AdapterLogits,
                Largest(reference.Tensors.ReadFloats($"lora.logits.{i}"), Floats(model.Logits(reference.Sequences[i]))), path);
        Tensor logProbabilities = model.ResponseLogProbabilities(reference.AsResponses);
        differences.Note(ModelQuantity.AdapterLogProbabilities,
            Largest([.. reference.AdapterLogProbabilities.SelectMany(x => x)], Floats(logProbabilities)), path);
        logProbabilities.mean().neg().backward();
        int expected = reference.Tensors.Tensors.Count(t => t.Name.StartsWith("lora.grad.", StringComparison.Ordinal));
        if (model.TrainableParameters.Count != expected)
            differences.Fail($"{path}: {model.TrainableParameters.Count} matrices of the adapter are trained, not {expected}");
        foreach ((string name, Tensor value) in model.TrainableParameters)
            differences.Note(ModelQuantity.AdapterGradients,
                Relative(reference.Tensors.ReadFloats("lora.grad." + name), Floats(value.grad!)), $"{path}, {name}");
    }

    private static float[] Floats(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
