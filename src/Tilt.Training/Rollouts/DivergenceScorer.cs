using Tilt.Rollouts;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Training.Rollouts;

/// <summary>KL(π‖p) of the next-token distributions along responses, as values: for penalties in the reward.</summary>
/// <param name="policy">π.</param>
/// <param name="reference">p.</param>
/// <param name="precision">Precision of the products.</param>
/// <param name="tokenBudget">Most tokens of one pass.</param>
public sealed class DivergenceScorer(Transformer policy, ReferenceWeights reference, ComputePrecision precision, int tokenBudget)
{
    /// <summary>The divergences of every position of the responses, nats, <c>[group][G][time]</c>.</summary>
    public float[][][] Of(IReadOnlyList<PromptGroup> groups)
    {
        using var grad = no_grad();
        var values = new List<float[]>();
        var chunk = new List<TokenSequence>();
        int tokens = 0;
        foreach (Completion completion in groups.SelectMany(g => g.Completions))
        {
            var sequence = new TokenSequence(completion.PromptIds, completion.ResponseIds);
            int length = sequence.PromptIds.Length + sequence.ResponseIds.Length;
            if (chunk.Count > 0 && tokens + length > tokenBudget)
            {
                Add(values, chunk);
                (chunk, tokens) = ([], 0);
            }

            chunk.Add(sequence);
            tokens += length;
        }

        if (chunk.Count > 0) Add(values, chunk);
        int next = 0;
        return [.. groups.Select(g => (float[][])[.. g.Completions.Select(_ => values[next++])])];
    }

    private void Add(List<float[]> values, List<TokenSequence> chunk)
    {
        using var scope = NewDisposeScope();
        (_, Tensor divergences) = policy.ResponseLogProbabilitiesAndDivergences(chunk, reference.Model, precision);
        float[] all = divergences.cpu().data<float>().ToArray();
        int at = 0;
        foreach (TokenSequence sequence in chunk) values.Add(all[at..(at += sequence.ResponseIds.Length)]);
    }
}
