using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.Tests;
using Tilt.Rollouts;
using Tilt.Torch.Model;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Tests.Model;

/// <summary>A prompt that a group shares gives what computing it once for every response gives.</summary>
public sealed class SharedPromptTests
{
    private static readonly TokenSequence[] Sequences =
    [
        new([1, 2, 3, 4], [5, 6, 7]), new([1, 2, 3, 4], [8]), new([1, 2, 3, 4], [5, 9, 10, 11, 12]), new([1, 2, 3, 4], [5, 9, 10, 11, 12]),
        new([2], [3, 4]), new([9, 9, 9], [1, 2, 3, 4, 5, 6]), new([9, 9, 9], [7, 7]),
    ];

    [Fact]
    public void Rows_positions_and_the_grid_fit_together()
    {
        PackedBatch batch = PackedBatch.OfGroups(Sequences, TinyShape.Llama);
        Assert.Equal(4 + 2 + 0 + 4 + 4 + 1 + 1 + 3 + 5 + 1, batch.TokenCount);
        long[] grid = batch.RowsOfGrid(batch.LongestLength), places = batch.PlacesOfRows(batch.LongestLength),
            positions = batch.Positions();
        for (int s = 0; s < Sequences.Length; s++)
        {
            int[] read = [.. Sequences[s].PromptIds, .. Sequences[s].ResponseIds[..^1]];
            Assert.Equal(read.Length, batch.Length(s));
            for (int t = 0; t < read.Length; t++)
            {
                long row = grid[s * batch.LongestLength + t];
                Assert.Equal((read[t], t), ((int)batch.Ids[row], (int)positions[row]));
            }
        }

        for (int row = 0; row < batch.TokenCount; row++) Assert.Equal(row, grid[places[row]]);
        Assert.Equal(Sequences.SelectMany(s => s.ResponseIds.Select(id => (long)id)), batch.Targets);
    }

    [Theory]
    [InlineData("llama", false)]
    [InlineData("qwen2", false)]
    [InlineData("qwen3", true)]
    public void Log_probabilities_and_gradients_are_those_of_the_kernels_that_share_nothing(string type, bool tied)
    {
        using var scope = NewDisposeScope();
        using Transformer model =
            Transformer.Initialize(TinyShape.Llama with { Family = ModelFamilies.Of(type), TiedEmbeddings = tied }, 3);
        (float[] logs, IReadOnlyList<float[]> gradients) = Differentiate(model, shared: true);
        (float[] alone, IReadOnlyList<float[]> others) = Differentiate(model, shared: false);
        Assert.InRange(Compare.LargestDifference(alone, logs), 0, 1e-5);
        for (int i = 0; i < gradients.Count; i++)
            Assert.InRange(Distance(others[i], gradients[i]), 0, 1e-5);
    }

    [Fact]
    public void Scores_do_not_depend_on_the_order_of_the_sequences()
    {
        using var scope = NewDisposeScope();
        using Transformer model = Transformer.Initialize(TinyShape.Llama, 3);
        model.Fused = false;
        int[] order = [3, 5, 0, 4, 6, 1, 2];
        TokenScores[] straight = new SequenceScorer(model).Score(Sequences, cancellationToken: TestContext.Current.CancellationToken);
        TokenScores[] mixed =
            new SequenceScorer(model).Score([.. order.Select(i => Sequences[i])], cancellationToken: TestContext.Current.CancellationToken);
        for (int i = 0; i < order.Length; i++)
            Assert.InRange(Compare.LargestDifference(straight[order[i]].LogProbabilities, mixed[i].LogProbabilities), 0, 1e-5);
    }

    private static (float[] Logs, IReadOnlyList<float[]> Gradients) Differentiate(Transformer model, bool shared)
    {
        using var scope = NewDisposeScope();
        foreach (NamedParameter parameter in model.Parameters) parameter.Value.grad = null;
        float[] weights = [.. Enumerable.Range(0, Sequences.Sum(s => s.ResponseIds.Length)).Select(i => 0.3f * (i % 5) - 0.5f)];
        model.Fused = !shared;
        if (!shared) Assert.SkipUnless(FusedDecoder.IsSupported(CPU), "The kernels need wide vectors.");
        Assert.Equal(shared, model.SharesPrompts(ComputePrecision.Float32));
        Tensor logs = model.ResponseLogProbabilities(Sequences);
        logs.mul(tensor(weights)).sum().backward();
        return (logs.data<float>().ToArray(), [.. model.Parameters.Select(p => p.Value.grad!.data<float>().ToArray())]);
    }

    /// <summary>Norm of the difference over the norm.</summary>
    private static double Distance(float[] expected, float[] actual) =>
        Math.Sqrt(expected.Zip(actual, (a, b) => ((double)a - b) * (a - b)).Sum() / Math.Max(1e-12, expected.Sum(a => (double)a * a)));
}
