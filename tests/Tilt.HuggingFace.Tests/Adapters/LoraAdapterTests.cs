using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;

namespace Tilt.HuggingFace.Tests.Adapters;

public sealed class LoraAdapterTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_saved_adapter_reads_back_and_is_written_with_the_same_bytes()
    {
        ModelConfiguration model = ModelConfigurationReader.Read(GoldenModel.FolderOf("qwen3"));
        LoraAdapter adapter = LoraAdapter.Initialize(
            new()
            {
                Rank = 3,
                Alpha = 5,
                RankStabilized = true,
                TargetModules = ModuleSelector.Named("q_proj", "down_proj", "gate_proj"),
                ExcludedModules = ModuleSelector.Named("layers.2.mlp.gate_proj"),
                Blocks = [0, 2],
                RankPattern = new([new("layers.2.self_attn.q_proj", 7), new("q_proj", 2)]),
                AlphaPattern = new([new(".*down_proj", 2.5)]),
                BaseModel = "somewhere",
            },
            model,
            seed: 4);
        Assert.Equal(
            ["model.layers.0.self_attn.q_proj", "model.layers.0.mlp.gate_proj", "model.layers.0.mlp.down_proj",
                "model.layers.2.self_attn.q_proj", "model.layers.2.mlp.down_proj"],
            adapter.Layers.Select(l => l.Module));
        Assert.Equal([2, 3, 3, 7, 3], adapter.Layers.Select(l => l.Rank));
        Assert.Equal([5 / Math.Sqrt(2), 5 / Math.Sqrt(3), 2.5 / Math.Sqrt(3), 5 / Math.Sqrt(7), 2.5 / Math.Sqrt(3)],
            adapter.Layers.Select(l => l.Scaling));
        foreach (LoraLayer layer in adapter.Layers) for (int i = 0; i < layer.B.Length; i++) layer.B[i] = i;

        adapter.Save(_folder);
        byte[][] bytes = Bytes();
        LoraAdapter read = LoraAdapter.Load(_folder, model);
        foreach ((LoraLayer wrote, LoraLayer got) in adapter.Layers.Zip(read.Layers))
        {
            Assert.Equal(wrote with { A = [], B = [] }, got with { A = [], B = [] });
            Assert.Equal(wrote.A, got.A);
            Assert.Equal(wrote.B, got.B);
        }
        Assert.Equal("somewhere", read.Configuration.BaseModel);
        read.Save(_folder);
        Assert.Equal(bytes, Bytes());
    }

    [Fact]
    public void A_new_adapter_changes_nothing_and_its_numbers_depend_on_seed_and_layer_alone()
    {
        ModelConfiguration model = TinyShape.Llama;
        LoraAdapter all = LoraAdapter.Initialize(new() { Rank = 4, Alpha = 8 }, model, 1);
        LoraAdapter one = LoraAdapter.Initialize(new() { Rank = 4, Alpha = 8, TargetModules = ModuleSelector.Named("up_proj") }, model, 1);
        Assert.Equal(2 * 7, all.Layers.Count);
        Assert.All(one.Layers, l => Assert.Equal(l.A, all.Find(l.Parameter)!.A));
        Assert.NotEqual(one.Layers[0].A, one.Layers[1].A);
        Assert.NotEqual(one.Layers[0].A, LoraAdapter.Initialize(one.Configuration, model, 2).Layers[0].A);
        foreach (LoraLayer layer in all.Layers)
        {
            double bound = 1 / Math.Sqrt(layer.Inputs);
            Assert.All(layer.A, a => Assert.InRange(a, -bound, bound));
            // Mean square of a uniform number is bound²/3; its relative error from n numbers is √(4/5n), and six of those are allowed.
            Assert.InRange(layer.A.Average(a => (double)a * a) / (bound * bound / 3), 1 - 6 * Math.Sqrt(0.8 / layer.A.Length),
                1 + 6 * Math.Sqrt(0.8 / layer.A.Length));
            Assert.All(layer.B, b => Assert.Equal(0, b));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(64)]
    [InlineData(83)]
    public void Merging_rounds_alike_however_the_matrix_is_cut(int inputs)
    {
        var layer = new LoraLayer("w.weight", 5, inputs, 3, 0.7, Numbers(3 * inputs, 1), Numbers(15, 2));
        float[] whole = Numbers(5 * inputs, 3), parts = [.. whole], start = [.. whole];
        layer.AddTo(whole);
        layer.AddTo(parts.AsSpan(0, 2 * inputs));
        layer.AddTo(parts.AsSpan(2 * inputs), firstRow: 2);
        Assert.Equal(whole, parts);
        for (int o = 0; o < 5; o++)
        {
            for (int i = 0; i < inputs; i++)
            {
                double exact =
                    start[o * inputs + i] + 0.7 * Enumerable.Range(0, 3).Sum(k => (double)layer.B[o * 3 + k] * layer.A[k * inputs + i]);
                Assert.Equal(exact, whole[o * inputs + i], 1e-6);
            }
        }
        Assert.Throws<ArgumentException>(() => layer.AddTo(new float[inputs * 6]));
        if (inputs > 1) Assert.Throws<ArgumentException>(() => layer.AddTo(new float[inputs + 1]));
    }

    private byte[][] Bytes() => [.. Directory.GetFiles(_folder).Order().Select(File.ReadAllBytes)];

    private static float[] Numbers(int count, int salt) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i * 1.7f + salt))];
}
