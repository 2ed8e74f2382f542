using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.Gguf;
using Tilt.HuggingFace.RandomModels;
using Tilt.HuggingFace.Safetensors;
using Tilt.HuggingFace.Tests.Export;

namespace Tilt.HuggingFace.Tests.Gguf;

/// <summary>Files of llama.cpp's own tools, tensor by tensor and byte by byte.</summary>
public sealed class GgufExportTests
{
    /// <summary>The golden files have made-up names, and Qwen's contexts cut to 2048.</summary>
    private static readonly string[] OwnValues = ["general.name", "qwen2.context_length", "qwen3.context_length"];

    public static TheoryData<string, WeightType, string> Quantized =>
        [.. File.ReadLines(GoldenFile("quantized.txt")).Select(line => line.Split(' '))
            .Select(parts => new TheoryDataRow<string, WeightType, string>(parts[0],
            Enum.GetValues<WeightType>().Single(t => t.Name() == parts[1]), parts[2]))];

    [Theory]
    [InlineData("llama32")]
    [InlineData("qwen25")]
    [InlineData("qwen3")]
    public void A_float32_file_has_the_tensors_and_keys_of_the_converter(string name)
    {
        using var folder = new GoldenCopy(name);
        GgufFile expected = GgufFile.Read(GoldenFile($"{name}.gguf")), actual = Export(folder.Model, WeightType.Float32, folder);
        Assert.Equal(expected.Tensors.Select(t => t.Name), actual.Tensors.Select(t => t.Name));
        foreach (var (tensor, type, shape, bytes) in expected.Tensors)
        {
            Assert.Equal(type, actual.Tensor(tensor).Type);
            Assert.Equal(shape, actual.Tensor(tensor).Shape);
            Assert.True(bytes.AsSpan().SequenceEqual(actual.Tensor(tensor).Bytes), tensor);
        }
        foreach ((string key, object value) in expected.Entries.Where(e => !OwnValues.Contains(e.Key)))
            Assert.Equal(value, actual.Entries[key]);
        Assert.Equal((uint)ModelConfigurationReader.Read(folder.Model).ContextLength,
            actual.Entries[$"{actual.Entries["general.architecture"]}.context_length"]);
        Assert.Equal(
            ["general.quantization_version", "general.size_label", "general.type", "tokenizer.ggml.add_eos_token",
                .. name == "llama32" ? [] : (string[])["tokenizer.ggml.bos_token_id", "tokenizer.ggml.normalizer.nfc"]],
            actual.Entries.Keys.Except(expected.Entries.Keys).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_llama_cpp_cannot_load_is_refused()
    {
        using var folder = new GoldenCopy("qwen25");
        string wide = folder.Beside("wide");
        RandomCheckpoint.Write(wide, ModelConfigurationReader.Read(folder.Model) with { HeadSize = 24 }, seed: 1,
            cancellationToken: TestContext.Current.CancellationToken);
        using MergedModel merged = MergedModel.Open(wide);
        Assert.Contains("only where the heads make up the hidden size",
            Assert.Throws<InputException>(() => folder.WriteGguf(merged, "x.gguf")).Message);
        string scaled = folder.Beside("scaled");
        RandomCheckpoint.Write(scaled, ModelConfigurationReader.Read(folder.Model) with { RopeScaling = new(8, 1, 4, 32) }, seed: 1,
            cancellationToken: TestContext.Current.CancellationToken);
        using MergedModel scaledModel = MergedModel.Open(scaled);
        Assert.Contains("llama.cpp's architecture qwen2 does not know llama3 rotary scaling",
            Assert.Throws<InputException>(() => folder.WriteGguf(scaledModel, "x.gguf")).Message);
        Assert.Equal(["scaled", "wide"], folder.Others());
    }

    [Theory]
    [MemberData(nameof(Quantized))]
    public void Other_types_have_the_tensor_types_and_bytes_of_llama_quantize(string name, WeightType type, string digest)
    {
        using var folder = new GoldenCopy(name);
        Assert.Equal(digest, Export(folder.Model, type, folder).TensorDigest());
    }

    [Theory]
    [InlineData(WeightType.Float16, "f16", 1u)]
    [InlineData(WeightType.BFloat16, "bf16", 32u)]
    [InlineData(WeightType.Q8_0, "q8_0", 7u)]
    public void Odd_rows_and_hard_weights_have_the_bytes_of_llama_quantize(WeightType type, string file, uint fileType)
    {
        using var folder = new GoldenCopy("llama32");
        GgufFile expected = GgufFile.Read(GoldenFile(Path.Combine("odd", $"{file}.gguf"))),
            actual = Export(GoldenFile("odd"), type, folder);
        Assert.Equal(expected.Tensors.Count, actual.Tensors.Count);
        foreach (var (tensor, kind, shape, bytes) in expected.Tensors)
        {
            Assert.Equal(kind, actual.Tensor(tensor).Type);
            // The quantiser drops the second dimension of matrices of one row.
            Assert.Equal(shape, actual.Tensor(tensor).Shape.Where((size, dimension) => dimension == 0 || size > 1 || shape.Length > 1));
            Assert.True(bytes.AsSpan().SequenceEqual(actual.Tensor(tensor).Bytes), tensor);
        }
        Assert.Equal(fileType, actual.Entries["general.file_type"]);
    }

    [Fact]
    public void The_writer_makes_the_golden_file_again_from_its_own_content()
    {
        GgufFile golden = GgufFile.Read(GoldenFile("qwen3.gguf"));
        GgufEntry[] entries = [.. golden.Entries.Select(e => e.Value switch
        {
            uint count => GgufEntry.Count(e.Key, count),
            float number => GgufEntry.Number(e.Key, number),
            bool flag => GgufEntry.Flag(e.Key, flag),
            string text => GgufEntry.Text(e.Key, text),
            object[] values when values[0] is string => GgufEntry.Texts(e.Key, [.. values.Cast<string>()]),
            object[] values => GgufEntry.Integers(e.Key, [.. values.Cast<int>()]),
            _ => throw new InvalidDataException(e.Key),
        })];
        GgufTensor[] tensors = [.. golden.Tensors.Select(
            t => new GgufTensor(t.Name, WeightType.Float32, [.. t.Shape.Reverse()], stream => stream.Write(t.Bytes)))];
        using var stream = new MemoryStream();
        GgufWriter.Write(stream, entries, tensors);
        Assert.Equal(File.ReadAllBytes(GoldenFile("qwen3.gguf")), stream.ToArray());
        Assert.Equal(stream.Length, GgufWriter.Length(entries, tensors));
    }

    [Fact]
    public void Blocks_stand_in_the_order_of_names_and_files_as_the_converter_has_them()
    {
        using var model = MergedModel.Open(GoldenModel.FolderOf("llama-untied-bf16"));
        string[] order =
            [.. GgufTensorLayout.Order(model.Parameters).Select(p => GgufTensorLayout.NameOf(p.Name, model.Configuration.Family.Gguf))];
        Assert.Equal(["token_embd.weight", "blk.0.attn_k.weight", "blk.0.attn_q.weight", "blk.0.attn_norm.weight"], order[..4]);
        Assert.Equal(["blk.2.ffn_norm.weight", "output_norm.weight", "output.weight"], order[^3..]);
    }

    [Theory]
    [InlineData(new long[] { 64 }, WeightType.Q8_0, WeightType.Float32)]
    [InlineData(new long[] { 1, 64 }, WeightType.BFloat16, WeightType.Float32)]
    [InlineData(new long[] { 64, 1 }, WeightType.Q8_0, WeightType.Float16)]
    [InlineData(new long[] { 2, 33 }, WeightType.Q8_0, WeightType.Float16)]
    [InlineData(new long[] { 2, 96 }, WeightType.Q8_0, WeightType.Q8_0)]
    [InlineData(new long[] { 2, 33 }, WeightType.BFloat16, WeightType.BFloat16)]
    [InlineData(new long[] { 2, 33 }, WeightType.Float32, WeightType.Float32)]
    public void Types_fall_back_as_in_llama_quantize(long[] shape, WeightType wanted, WeightType expected) =>
        Assert.Equal(expected, GgufTensorLayout.TypeOf(shape, wanted));

    [Fact]
    public void Rows_of_Llama_queries_pair_up_the_halves_of_each_head_and_others_stay()
    {
        ModelConfiguration llama = ModelConfigurationReader.Read(GoldenModel.FolderOf("llama32")) with { HeadSize = 6 };
        Func<long, long> order = GgufTensorLayout.RowOrder("model.layers.0.self_attn.k_proj.weight", llama)!;
        Assert.Equal([0, 3, 1, 4, 2, 5, 6, 9, 7, 10, 8, 11], Enumerable.Range(0, 12).Select(row => order(row)));
        Assert.Null(GgufTensorLayout.RowOrder("model.layers.0.self_attn.v_proj.weight", llama));
        Assert.Null(GgufTensorLayout.RowOrder("model.layers.0.self_attn.q_proj.weight", llama with { Family = Qwen3.Family }));
    }

    [Fact]
    public void An_adapter_is_merged_before_rows_change_places()
    {
        using var folder = new GoldenCopy("llama32");
        LoraLayer layer =
            LoraAdapter.Load(folder.Adapter, ModelConfigurationReader.Read(folder.Model)).Find("model.layers.1.self_attn.k_proj.weight")!;
        float[] merged;
        using (SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder.Model, "model.safetensors")))
            merged = file.ReadFloats(layer.Parameter);
        layer.AddTo(merged);
        byte[] bytes = Export(folder.Model, WeightType.Float32, folder, folder.Adapter).Tensor("blk.1.attn_k.weight").Bytes;
        Func<long, long> order = GgufTensorLayout.RowOrder(layer.Parameter, ModelConfigurationReader.Read(folder.Model))!;
        for (int row = 0; row < layer.Outputs; row++)
            for (int column = 0; column < layer.Inputs; column++)
                Assert.Equal(merged[order(row) * layer.Inputs + column], BitConverter.ToSingle(bytes, 4 * (row * layer.Inputs + column)));
    }

    private static GgufFile Export(string model, WeightType type, GoldenCopy folder, string? adapter = null)
    {
        using (MergedModel merged = MergedModel.Open(model, adapter)) folder.WriteGguf(merged, "out.gguf", new() { Type = type });
        return GgufFile.Read(folder.Beside("out.gguf"));
    }

    private static string GoldenFile(string name) => GoldenModel.FolderOf(Path.Combine("gguf", name));
}
