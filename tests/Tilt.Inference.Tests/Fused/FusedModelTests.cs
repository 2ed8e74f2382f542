using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;
using Tilt.Inference.Fused;
using Tilt.Inference.Vectors;
using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Fused;

public sealed class FusedModelTests
{
    public static TheoryData<string, int> FamilyAndWidths()
    {
        var data = new TheoryData<string, int>();
        foreach (string name in RandomModels.Family.Keys)
            foreach (VectorWidth width in Enum.GetValues<VectorWidth>()) data.Add(name, (int)width);
        return data;
    }

    [Theory, MemberData(nameof(FamilyAndWidths))]
    public void Stepping_gives_the_distributions_of_the_reference(string name, int width)
    {
        ModelConfiguration c = RandomModels.Family[name];
        FusedModel model = RandomModels.Model(c, width: (VectorWidth)width);
        var reference = new ReferenceTransformer(c, RandomModels.Weights(c));
        int[][] sequences = [RandomModels.Tokens(c, 75, 1), RandomModels.Tokens(c, 48, 2), RandomModels.Tokens(c, 41, 3)];
        int[] starts = [35, 8, 1];
        using IModelState state = model.Prefill([.. sequences.Select((s, i) => s[..starts[i]])]);
        double[][][] expected = [.. sequences.Select(reference.LogProbabilities)];
        var row = new float[c.VocabularySize];
        for (int step = 0; ; step++)
        {
            for (int i = 0; i < sequences.Length; i++)
            {
                state.Row(i, row);
                AssertClose(expected[i][starts[i] - 1 + step], row, 1e-4);
            }
            if (step == 40) break;
            state.Step([.. sequences.Select((s, i) => s[starts[i] + step])]);
        }
    }

    [Theory, MemberData(nameof(FamilyAndWidths))]
    public void Scores_are_those_of_the_reference(string name, int width)
    {
        ModelConfiguration c = RandomModels.Family[name];
        FusedModel model = RandomModels.Model(c, width: (VectorWidth)width);
        var reference = new ReferenceTransformer(c, RandomModels.Weights(c));
        TokenSequence[] sequences =
        [
            new(RandomModels.Tokens(c, 5, 1), RandomModels.Tokens(c, 60, 2)),
            new(RandomModels.Tokens(c, 33, 3), RandomModels.Tokens(c, 7, 4)),
            new(RandomModels.Tokens(c, 5, 1), RandomModels.Tokens(c, 1, 5)),
            new(RandomModels.Tokens(c, 1, 6), RandomModels.Tokens(c, 64, 7)),
            new(RandomModels.Tokens(c, 9, 8), []),
        ];
        TokenScores[] scores = model.Score(sequences);
        for (int i = 0; i < sequences.Length; i++)
        {
            (int[] prompt, int[] response) = sequences[i];
            double[][] expected = reference.LogProbabilities([.. prompt, .. response]);
            Assert.Equal(response.Length, scores[i].LogProbabilities.Length);
            for (int t = 0; t < response.Length; t++)
            {
                double[] row = expected[prompt.Length - 1 + t];
                Assert.Equal(row[response[t]], scores[i].LogProbabilities[t], 1e-4);
                Assert.Equal(-row.Sum(l => Math.Exp(l) * l), scores[i].Entropies[t], 1e-4);
            }
        }
    }

    [Fact]
    public void A_long_sequence_crosses_pages_and_batches()
    {
        ModelConfiguration c = RandomModels.Llama with { ContextLength = 700, LayerCount = 1 };
        FusedModel model = RandomModels.Model(c);
        int[] tokens = RandomModels.Tokens(c, 600, 1);
        double[][] expected = new ReferenceTransformer(c, RandomModels.Weights(c)).LogProbabilities(tokens);
        TokenScores scores = model.Score([new TokenSequence(tokens[..250], tokens[250..])])[0];
        for (int t = 0; t < 350; t++) Assert.Equal(expected[249 + t][tokens[250 + t]], scores.LogProbabilities[t], 1e-4);
    }

    [Fact]
    public void Scores_do_not_depend_on_the_batch_or_the_threads()
    {
        ModelConfiguration c = RandomModels.Family["grouped queries"];
        FusedModel one = RandomModels.Model(c), three = RandomModels.Model(c, threads: 3);
        TokenSequence[] sequences =
            [.. Enumerable.Range(0, 30)
                .Select(i => new TokenSequence(RandomModels.Tokens(c, 1 + i / 3 * 7, (uint)(i / 3)),
                    RandomModels.Tokens(c, 3 + i, 100 + (uint)i)))];
        TokenScores[] together = one.Score(sequences), shared = three.Score(sequences);
        for (int i = 0; i < sequences.Length; i++)
        {
            TokenScores alone = one.Score([sequences[i]])[0];
            Assert.Equal(alone.LogProbabilities, together[i].LogProbabilities);
            Assert.Equal(alone.LogProbabilities, shared[i].LogProbabilities);
            Assert.Equal(alone.Entropies, together[i].Entropies);
        }
        float[][] withoutEntropies = three.ScoreLogProbabilities(sequences);
        for (int i = 0; i < sequences.Length; i++) Assert.Equal(together[i].LogProbabilities, withoutEntropies[i]);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("grouped queries")]
    [InlineData("odd sizes")]
    public void Stepping_and_scoring_agree_bit_for_bit(string name)
    {
        ModelConfiguration c = RandomModels.Family[name];
        FusedModel model = RandomModels.Model(c);
        int[] prompt = RandomModels.Tokens(c, 29, 1), response = RandomModels.Tokens(c, 70, 2);
        using IModelState state = model.Prefill([RandomModels.Tokens(c, 3, 9), prompt]);
        var stepped = new float[response.Length];
        var both = new float[2];
        for (int t = 0; t < response.Length; t++)
        {
            state.LogProbabilities([0, response[t]], both);
            stepped[t] = both[1];
            if (t + 1 < response.Length) state.Step([1, response[t]]);
        }
        Assert.Equal(model.Score([new TokenSequence(prompt, response)])[0].LogProbabilities, stepped);
    }

    [Fact]
    public void Selected_rows_go_on_independently()
    {
        ModelConfiguration c = RandomModels.Llama;
        FusedModel model = RandomModels.Model(c, threads: 2);
        int[][] prompts = [RandomModels.Tokens(c, 5, 1), RandomModels.Tokens(c, 40, 2), RandomModels.Tokens(c, 5, 1)];
        List<List<int>> rows = [.. prompts.Select(p => p.ToList())];
        using IModelState state = model.Prefill(prompts);
        int[][] selections = [[1, 1, 0, 1], [3, 2], [1, 0, 0, 1, 0], [4, 4, 4], [2, 0, 1], [], []];
        for (uint step = 0; step < 60; step++)
        {
            if (step % 12 == 5)
            {
                int[] selection = selections[step / 12];
                state.Select(selection);
                rows = [.. selection.Select(i => rows[i].ToList())];
            }
            AssertRowsMatch(model, state, rows);
            int[] tokens = RandomModels.Tokens(c, rows.Count, 200 + step);
            state.Step(tokens);
            for (int i = 0; i < rows.Count; i++) rows[i].Add(tokens[i]);
        }
    }

    [Fact]
    public void An_empty_batch_is_allowed()
    {
        FusedModel model = RandomModels.Model(RandomModels.Llama);
        using IModelState state = model.Prefill([]);
        state.Step([]);
        Assert.Equal(0, state.BatchSize);
        Assert.Empty(model.Score([]));
    }

    [Fact]
    public void Top_tokens_come_best_first()
    {
        ModelConfiguration c = RandomModels.Llama;
        FusedModel model = RandomModels.Model(c);
        using IModelState state = model.Prefill([RandomModels.Tokens(c, 5, 1), RandomModels.Tokens(c, 9, 2)]);
        var row = new float[c.VocabularySize];
        foreach (int k in new[] { 1, 5, c.VocabularySize })
        {
            var tokens = new int[2 * k];
            var logProbabilities = new float[2 * k];
            state.TopK(k, tokens, logProbabilities);
            for (int i = 0; i < 2; i++)
            {
                state.Row(i, row);
                int[] expected = [.. Enumerable.Range(0, c.VocabularySize).OrderByDescending(t => row[t]).ThenBy(t => t).Take(k)];
                Assert.Equal(expected, tokens[(i * k)..((i + 1) * k)]);
                for (int j = 0; j < k; j++) Assert.Equal(row[expected[j]], logProbabilities[i * k + j], 1e-5);
            }
        }
    }

    [Fact]
    public void Ties_go_to_the_lower_id()
    {
        var best = new int[3];
        TopTokens.Find([1f, 2f, 2f, 0f, 2f, 2f], best);
        Assert.Equal([1, 2, 4], best);
    }

    [Fact]
    public void New_weights_change_scores_and_version_and_invalidate_states()
    {
        ModelConfiguration c = RandomModels.Llama;
        FusedModel model = RandomModels.Model(c);
        TokenSequence[] sequences = [new(RandomModels.Tokens(c, 5, 1), RandomModels.Tokens(c, 9, 2))];
        using IModelState state = model.Prefill([sequences[0].PromptIds]);
        float[] before = model.Score(sequences)[0].LogProbabilities;
        model.UpdateWeights(RandomModels.Weights(c, 2));
        Assert.Equal(1, model.WeightsVersion);
        float[] after = model.Score(sequences)[0].LogProbabilities;
        Assert.NotEqual(before, after);
        Assert.Equal(RandomModels.Model(c, seed: 2).Score(sequences)[0].LogProbabilities, after);
        Assert.Throws<InvalidOperationException>(() => state.Step([1]));
    }

    [Fact]
    public void Wrong_weights_are_named_and_change_nothing()
    {
        ModelConfiguration c = RandomModels.Llama;
        FusedModel model = RandomModels.Model(c);
        Dictionary<string, float[]> weights = RandomModels.Weights(c, 2);
        weights["model.layers.1.mlp.up_proj.weight"] = new float[5];
        Assert.Contains("'model.layers.1.mlp.up_proj.weight' has 5 entries",
            Assert.Throws<InputException>(() => model.UpdateWeights(weights)).Message);
        weights.Remove("model.layers.1.mlp.up_proj.weight");
        Assert.Contains("lack the tensor 'model.layers.1.mlp.up_proj.weight'",
            Assert.Throws<InputException>(() => model.UpdateWeights(weights)).Message);
        TokenSequence[] sequences = [new(RandomModels.Tokens(c, 5, 1), RandomModels.Tokens(c, 9, 2))];
        Assert.Equal(RandomModels.Model(c).Score(sequences)[0].LogProbabilities, model.Score(sequences)[0].LogProbabilities);
        Assert.Throws<InputException>(() => RandomModels.Model(c with { KeyValueHeadCount = 3 }));
        Assert.Throws<InputException>(() => RandomModels.Model(c with { HeadSize = 7 }));
        Assert.Throws<InputException>(() => RandomModels.Model(c with { EndOfSequenceIds = [40] }));
    }

    [Fact]
    public void A_model_with_a_feature_that_the_kernels_do_not_know_is_declined()
    {
        ModelFamily later = Qwen3.Family with { Name = "later", Features = (BlockFeatures)(1 << 20) };
        string message = Assert.Throws<InputException>(() => RandomModels.Model(RandomModels.Llama with { Family = later })).Message;
        Assert.Contains("The fused engine does not know 1048576, which this model of the family later has", message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_sequences_are_refused()
    {
        ModelConfiguration c = RandomModels.Llama;
        FusedModel model = RandomModels.Model(c);
        Assert.Throws<ArgumentException>(() => model.Prefill([[]]));
        Assert.Throws<ArgumentException>(() => model.Prefill([[40]]));
        Assert.Throws<ArgumentException>(() => model.Prefill([[-1]]));
        Assert.Throws<ArgumentException>(() => model.Prefill([new int[129]]));
        Assert.Throws<ArgumentException>(() => model.Score([new TokenSequence([1], new int[128])]));
        Assert.Throws<ArgumentException>(() => model.Score([new TokenSequence([1], [40])]));
        using IModelState state = model.Prefill([new int[128]]);
        Assert.Throws<InvalidOperationException>(() => state.Step([1]));
        Assert.Throws<ArgumentException>(() => state.Select([1]));
        Assert.Throws<ArgumentException>(() => state.LogProbabilities([40], new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => state.TopK(41, new int[41], new float[41]));
    }

    [Fact]
    public void Weights_that_are_not_numbers_are_reported()
    {
        ModelConfiguration c = RandomModels.Llama;
        Dictionary<string, float[]> weights = RandomModels.Weights(c);
        weights["lm_head.weight"][5] = float.NaN;
        var model = new FusedModel(c, weights, threads: 1);
        Assert.Throws<InvalidOperationException>(() => model.Score([new TokenSequence([1], [2])]));
    }

    private static void AssertRowsMatch(FusedModel model, IModelState state, List<List<int>> rows)
    {
        Assert.Equal(rows.Count, state.BatchSize);
        var probed = new float[rows.Count];
        int[] probe = [.. rows.Select((_, i) => i + 3)];
        state.LogProbabilities(probe, probed);
        TokenScores[] scores = model.Score([.. rows.Select((row, i) => new TokenSequence([.. row], [probe[i]]))]);
        Assert.Equal(scores.Select(s => s.LogProbabilities[0]), probed);
    }

    private static void AssertClose(double[] expected, float[] actual, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance);
    }
}
