using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.RandomModels;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Tests.RandomModels;

public sealed class RandomCheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private static ModelConfiguration Tiny =>
        PublishedShapes.Of("qwen2.5-0.5b") with
        {
            VocabularySize = 301,
            HiddenSize = 66,
            IntermediateSize = 70,
            LayerCount = 2,
            HeadCount = 3,
            KeyValueHeadCount = 1,
            HeadSize = 22
        };

    private static long Write(string place, ModelConfiguration shape, uint seed) =>
        RandomCheckpoint.Write(place, shape, seed, cancellationToken: TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("llama-3.2-3b", 3_212_749_824)]
    [InlineData("qwen2.5-0.5b", 494_032_768)]
    [InlineData("qwen2.5-3b", 3_085_938_688)]
    [InlineData("qwen3-4b", 4_022_468_096)]
    public void Published_shapes_have_the_published_number_of_parameters(string name, long count)
    {
        Assert.Equal(count, ParameterLayout.Of(PublishedShapes.Of(name)).Sum(p => p.Shape.Aggregate(1L, (product, d) => product * d)));
    }

    [Fact]
    public void An_unknown_shape_is_told_with_what_there_is()
    {
        Assert.Contains("qwen3-4b", Assert.Throws<InputException>(() => PublishedShapes.Of("qwen4")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_folder_loads_and_holds_the_configuration()
    {
        foreach (string name in PublishedShapes.Names)
        {
            string place = Path.Combine(_folder, name);
            ModelConfiguration shape = PublishedShapes.Of(name) with
            {
                VocabularySize = 128010,
                HiddenSize = 8,
                IntermediateSize = 4,
                LayerCount = 1,
                HeadCount = 2,
                KeyValueHeadCount = 1,
                HeadSize = 4,
                EndOfSequenceIds = [3, 5],
                BeginOfSequenceId = 2
            };
            Assert.Equal(ParameterLayout.Of(shape).Sum(p => 2 * p.Shape.Aggregate(1L, (product, d) => product * d)),
                Write(place, shape, 1));
            ModelConfiguration read = ModelConfigurationReader.Read(place);
            Assert.Equal(shape with { EndOfSequenceIds = [] }, read with { EndOfSequenceIds = [] });
            Assert.Equal(shape.EndOfSequenceIds, read.EndOfSequenceIds);
            using SafetensorsCheckpoint weights = SafetensorsCheckpoint.Open(place);
            CheckpointFit.Check(read, weights);
        }
    }

    [Fact]
    public void Equal_seeds_give_equal_weights_and_other_seeds_others()
    {
        Write(Path.Combine(_folder, "a"), Tiny, 7);
        Write(Path.Combine(_folder, "b"), Tiny, 7);
        Write(Path.Combine(_folder, "c"), Tiny, 8);
        byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(_folder, name, "model.safetensors"));
        Assert.Equal(Bytes("a"), Bytes("b"));
        Assert.NotEqual(Bytes("a"), Bytes("c"));
    }

    [Fact]
    public void What_is_interrupted_leaves_nothing_behind()
    {
        using var ended = new CancellationTokenSource();
        ended.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => RandomCheckpoint.Write(Path.Combine(_folder, "a"), Tiny, 1, cancellationToken: ended.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void Weights_are_normal_with_a_deviation_that_keeps_activations_in_range()
    {
        // Mean and second moment of n normal numbers lie within 6 standard errors but for a chance of 4e-9.
        Write(_folder, Tiny, 3);
        using SafetensorsCheckpoint weights = SafetensorsCheckpoint.Open(_folder);
        foreach (ParameterShape parameter in ParameterLayout.Of(Tiny))
        {
            float[] values = weights.FileOf(parameter.Name).ReadFloats(parameter.Name);
            (double mean, double deviation) = parameter.Shape.Count == 2
                ? (0, WeightInitialization.Deviation(Tiny, parameter.Name, parameter.Shape[1]))
                : (parameter.Name.EndsWith("bias", StringComparison.Ordinal) ? 0 : 1, 0.1);
            double error = 6 / Math.Sqrt(values.Length);
            Assert.InRange(values.Average(), mean - error * deviation, mean + error * deviation);
            // Rounding to bfloat16 adds up to 2⁻⁹ of relative error to each number.
            Assert.InRange(values.Average(v => (v - mean) * (v - mean)) / (deviation * deviation), 1 - 1.5 * error - 0.01,
                1 + 1.5 * error + 0.01);
        }
    }

    [Fact]
    public void Large_models_are_split_into_shards_that_the_index_lists()
    {
        SafetensorsEntry[] entries = [.. Enumerable.Range(0, 7).Select(i => SafetensorsEntry.Of($"t{i}", [i, i + 0.5f], 2))];
        File.WriteAllText(Path.Combine(_folder, "model.safetensors"), "of an earlier model");
        SafetensorsShards.Write(_folder, entries, shardBytes: 17);
        Assert.Equal(4, Directory.GetFiles(_folder, "model-0000?-of-00004.safetensors").Length);
        using (SafetensorsCheckpoint weights = SafetensorsCheckpoint.Open(_folder))
        {
            Assert.Equal(entries.Select(e => e.Name), weights.Names);
            for (int i = 0; i < entries.Length; i++) Assert.Equal([i, i + 0.5f], weights.FileOf($"t{i}").ReadFloats($"t{i}"));
        }
        SafetensorsShards.Write(_folder, entries, shardBytes: 1000);
        using (SafetensorsCheckpoint weights = SafetensorsCheckpoint.Open(_folder)) Assert.Equal(7, weights.Names.Count());
        Assert.False(File.Exists(Path.Combine(_folder, "model.safetensors.index.json")));
    }
}
