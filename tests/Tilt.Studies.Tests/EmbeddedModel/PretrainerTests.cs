using Tilt.HuggingFace.Tokenizers;
using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Studies.EmbeddedModel;
using Tilt.Tasks.Embedded;

namespace Tilt.Studies.Tests.EmbeddedModel;

public sealed class PretrainerTests : IDisposable
{
    private static readonly PretrainingConfiguration Tiny = new()
    {
        Seed = 3,
        Steps = 12,
        Rows = 4,
        RowTokens = 48,
        MicroBatchRows = 3,
        WarmupSteps = 2,
        CheckpointEvery = 100,
        Dtype = TrainingPrecision.Float32,
        Model = new() { HiddenSize = 16, IntermediateSize = 32, Layers = 1, Heads = 2, ContextLength = 64 },
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("pretraining").FullName;
    private readonly ITokenizer _tokenizer;

    public PretrainerTests()
    {
        WordLevelTokenizerWriter.Write(_folder, EmbeddedVocabulary.Tokens, EmbeddedVocabulary.End, EmbeddedVocabulary.Padding, 64);
        _tokenizer = TokenizerLoader.Load(_folder);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Pretraining_repeats_bit_for_bit_also_when_interrupted_and_resumed()
    {
        var straight = Weights(Tiny, "a", stopAfter: null);
        Assert.Equal(straight, Weights(Tiny, "b", stopAfter: null));
        Assert.Throws<OperationCanceledException>(() => Weights(Tiny, "c", stopAfter: 5));
        Assert.True(File.Exists(State("c")));
        Assert.Equal(straight, Weights(Tiny, "c", stopAfter: null));
        Assert.NotEqual(straight, Weights(Tiny with { Seed = 4 }, "d", stopAfter: null));
    }

    [Fact]
    public void The_state_of_another_recipe_is_refused()
    {
        Assert.Throws<OperationCanceledException>(() => Weights(Tiny, "a", stopAfter: 2));
        var other = Tiny with { Corpus = Tiny.Corpus with { ClosingExponent = 1 } };
        Assert.Contains("another recipe", Assert.Throws<InputException>(() => Weights(other, "a", stopAfter: null)).Message);
        Weights(Tiny with { CheckpointEvery = 7 }, "a", stopAfter: null);
    }

    [Fact]
    public void Pretraining_lowers_the_loss()
    {
        var losses = new Losses(null, null);
        using var model = new Pretrainer(Tiny with { Steps = 60 }, _tokenizer)
            .Run(Checkpoint(Tiny with { Steps = 60 }, "a"), losses, CancellationToken.None);
        Assert.Equal(60, losses.Values.Count);
        // 4.48 is the entropy of 88 equally likely tokens.
        Assert.InRange(losses.Values[0], 4.0, 5.0);
        Assert.True(losses.Values.TakeLast(5).Average() < losses.Values[0] - 1, $"from {losses.Values[0]} to {losses.Values[^1]}");
    }

    [Fact]
    public void Micro_batches_change_the_loss_only_by_rounding()
    {
        double Loss(int rows)
        {
            var recipe = Tiny with { Steps = 3, MicroBatchRows = rows };
            var losses = new Losses(null, null);
            using var model = new Pretrainer(recipe, _tokenizer).Run(Checkpoint(recipe, $"m{rows}"), losses, CancellationToken.None);
            return losses.Values[^1];
        }

        Assert.Equal(Loss(4), Loss(1), 1e-3);
    }

    [Fact]
    public void Rows_are_whole_documents_behind_single_end_tokens_with_their_weights()
    {
        var recipe = Tiny with { RowTokens = 120, PromptWeight = 0.25 };
        var rows = new PretrainingRows(recipe, _tokenizer);
        var ids = new long[120];
        var weights = new float[119];
        rows.Fill(5, ids, weights);
        Assert.Equal(0, ids[0]);
        Assert.DoesNotContain(1, Enumerable.Range(1, 119).Select(t => ids[t] == 0 && ids[t - 1] == 0 ? 1 : 0));
        string[] documents = _tokenizer.Decode(ids.Select(id => (int)id).ToArray()).Split("<end>")[1..];
        Assert.All(documents[..^1], document => Assert.Matches(@"^Q: .+ A: .+$", document));

        bool response = false;
        for (int t = 1; t < ids.Length; t++)
        {
            Assert.Equal(response ? 1f : 0.25f, weights[t - 1]);
            string token = _tokenizer.Decode([(int)ids[t]]);
            if (token == " A: ") response = true;
            if (token == "<end>") response = false;
        }
    }

    [Fact]
    public void Rows_share_no_document()
    {
        var rows = new PretrainingRows(Tiny with { RowTokens = 160 }, _tokenizer);
        var texts = Enumerable.Range(0, 20).Select(row =>
        {
            var ids = new long[160];
            rows.Fill(row, ids, new float[159]);
            return _tokenizer.Decode(ids.Select(id => (int)id).ToArray());
        }).ToArray();
        Assert.Equal(20, texts.Distinct().Count());
    }

    private float[] Weights(PretrainingConfiguration recipe, string name, int? stopAfter)
    {
        using var stop = new CancellationTokenSource();
        using var model = new Pretrainer(recipe, _tokenizer).Run(Checkpoint(recipe, name), new Losses(stopAfter, stop), stop.Token);
        return [.. model.CopyWeights().OrderBy(weight => weight.Key, StringComparer.Ordinal).SelectMany(weight => weight.Value)];
    }

    private PretrainingCheckpoint Checkpoint(PretrainingConfiguration recipe, string name) => new(State(name), recipe);

    private string State(string name) => Path.Combine(_folder, name + ".safetensors");

    private sealed class Losses(int? stopAfter, CancellationTokenSource? stop) : IProgress<PretrainingProgress>
    {
        public List<double> Values { get; } = [];

        public void Report(PretrainingProgress value)
        {
            Values.Add(value.Loss);
            if (value.Step == stopAfter) stop!.Cancel();
        }
    }
}
