using System.Text.Json;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Families;
using Tilt.HuggingFace.Gguf;
using Tilt.HuggingFace.GgufModels;
using Tilt.HuggingFace.RandomModels;
using Tilt.HuggingFace.Safetensors;
using Tilt.HuggingFace.Tokenizers;

namespace Tilt.HuggingFace.Tests.GgufModels;

/// <summary>GGUF files as model folders: files of llama.cpp's tools, and Tilt's own there and back.</summary>
public sealed class ImportTests : IDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly string _root = Directory.CreateTempSubdirectory("tilt-import-").FullName;

    [Theory]
    [InlineData("llama32", "llama3-tiny")]
    [InlineData("qwen25", "qwen2-tiny")]
    [InlineData("qwen3", "qwen2-tiny")]
    public void Files_of_the_converter_give_the_golden_models_back(string name, string tokenizer)
    {
        string file = Golden("gguf", $"{name}.gguf"), folder = Import(file, "model");
        SameWeights(GoldenModel.FolderOf(name), folder);
        // Converted without the files' names of end tokens beyond the first, and with Qwen's context cut.
        ModelConfiguration expected = ModelConfigurationReader.Read(GoldenModel.FolderOf(name)),
            found = ModelConfigurationReader.Read(folder);
        Assert.Contains(Assert.Single(found.EndOfSequenceIds), expected.EndOfSequenceIds);
        Assert.Equal(expected with { EndOfSequenceIds = [], BeginOfSequenceId = null, ContextLength = 2048 },
            found with { EndOfSequenceIds = [], BeginOfSequenceId = null });
        BytePairTokenizer[] both = [(BytePairTokenizer)TokenizerLoader.Load(folder), (BytePairTokenizer)TokenizerLoader.Load(file)];
        foreach (string line in File.ReadLines(Golden("tokenizers", tokenizer, "encodings.jsonl")))
        {
            using JsonDocument test = JsonDocument.Parse(line);
            foreach (BytePairTokenizer one in both)
            {
                string text = test.RootElement.GetProperty("text").GetString()!;
                Assert.Equal(test.RootElement.GetProperty("ids").Deserialize<int[]>()!, one.Encode(text));
                Assert.Equal(test.RootElement.GetProperty("ids_with_special").Deserialize<int[]>()!, one.EncodeWithSpecialTokens(text));
            }
        }
    }

    [Theory]
    [InlineData("f16", 1e-3f)]
    [InlineData("bf16", 8e-3f)]
    [InlineData("q8_0", 8e-3f)]
    public void Odd_shapes_are_read_back(string file, float tolerance) =>
        NearWeights(Golden("gguf", "odd"), Golden("gguf", "odd", $"{file}.gguf"), tolerance);

    [Fact]
    public void A_quantised_file_is_near_the_model() =>
        NearWeights(GoldenModel.FolderOf("llama32"), Golden("gguf", "llama32-q4_k_m.gguf"), 0.1f);

    [Theory]
    [InlineData("llama", "llama3-tiny")]
    [InlineData("llama", "smollm2-part")]
    [InlineData("qwen2", "qwen2-tiny")]
    [InlineData("qwen3", "qwen2-tiny")]
    public void An_export_is_imported_as_the_same_folder(string family, string tokenizer)
    {
        var random = new Random(Mutations.SeedShift + 7);
        for (int i = 0; i < 4; i++)
        {
            string model = Path.Combine(_root, $"model-{i}"), file = Path.Combine(_root, $"{i}.gguf"),
                again = Path.Combine(_root, $"again-{i}.gguf");
            RandomCheckpoint.Write(model, Shape(random, family, tokenizer), seed: (uint)i,
                cancellationToken: Token);
            foreach (string path in Directory.EnumerateFiles(Golden("tokenizers", tokenizer), "tokenizer*.json")) File.Copy(path,
                Path.Combine(model, Path.GetFileName(path)));
            Export(model, file);
            string imported = Import(file, $"imported-{i}");
            SameWeights(model, imported);
            ModelConfiguration expected = ModelConfigurationReader.Read(model), found = ModelConfigurationReader.Read(imported);
            Assert.Equal(expected with { EndOfSequenceIds = [], BeginOfSequenceId = null },
                found with { EndOfSequenceIds = [], BeginOfSequenceId = null });
            BytePairTokenizerData left = BytePairTokenizerReader.Read(model), right = BytePairTokenizerReader.Read(imported);
            Assert.Equal(left.Tokens, right.Tokens);
            Assert.Equal(left.Merges, right.Merges);
            Assert.Equal(left.PreTokenizerKind, right.PreTokenizerKind);
            Assert.Equal((left.IgnoreMerges, left.NormalizeNfc, left.EndOfSequenceIds[0]),
                (right.IgnoreMerges, right.NormalizeNfc, right.EndOfSequenceIds[0]));
            Assert.Equal(left.Prefix, right.Prefix);
            Assert.Equal(left.ChatTemplate, right.ChatTemplate);
            Export(imported, again, GgufName(file));
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(again));
        }
    }

    [Fact]
    public void A_target_that_is_the_model_is_refused()
    {
        string file = Path.Combine(_root, "x.gguf");
        File.Copy(Golden("gguf", "qwen3.gguf"), file);
        using MergedModel model = MergedModel.Open(file);
        string same = Assert.Throws<InputException>(() => GgufExport.Write(model, file, new() { Overwrite = true }, null, Token)).Message;
        Assert.Contains("is the model itself", same, StringComparison.Ordinal);
        Action folder = () => SafetensorsExport.Write(model, _root, new() { Overwrite = true }, null, Token);
        string full = Assert.Throws<InputException>(folder).Message;
        Assert.Contains("which is no part of an exported model", full, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string Golden(params string[] names) => Path.Combine([AppContext.BaseDirectory, "golden", .. names]);

    private static string GgufName(string file) => Path.GetFileNameWithoutExtension(file);

    private static void Export(string model, string file, string? name = null)
    {
        using MergedModel source = MergedModel.Open(model);
        GgufExport.Write(source, file, new() { Name = name ?? GgufName(file) }, cancellationToken: Token);
    }

    private string Import(string file, string name)
    {
        string folder = Path.Combine(_root, name);
        using MergedModel source = MergedModel.Open(file);
        SafetensorsExport.Write(source, folder, new(), cancellationToken: Token);
        return folder;
    }

    private static ModelConfiguration Shape(Random random, string family, string tokenizer)
    {
        int tokens = BytePairTokenizerReader.Read(Golden("tokenizers", tokenizer)).Tokens.Count, heads = random.Next(1, 5),
            size = 2 * random.Next(2, 9);
        return new()
        {
            Family = ModelFamilies.Of(family),
            VocabularySize = tokens + random.Next(0, 20),
            HiddenSize = heads * size,
            IntermediateSize = random.Next(2, 40),
            LayerCount = random.Next(1, 4),
            HeadCount = heads,
            KeyValueHeadCount = random.Next(2) == 0 ? heads : 1,
            HeadSize = size,
            ContextLength = random.Next(64, 5000),
            NormEpsilon = random.Next(2) == 0 ? 1e-5 : 1e-6,
            RopeTheta = random.Next(2) == 0 ? 10000 : 500000,
            RopeScaling = family == "llama" && size >= 12 && random.Next(3) > 0 ? new(8 << random.Next(3), 1, 4, 64) : null,
            TiedEmbeddings = random.Next(2) == 0,
            EndOfSequenceIds = BytePairTokenizerReader.Read(Golden("tokenizers", tokenizer)).EndOfSequenceIds,
        };
    }

    /// <summary>Bit for bit, read from the folder and from wherever the other is.</summary>
    private static void SameWeights(string expected, string found)
    {
        using SafetensorsCheckpoint left = SafetensorsCheckpoint.Open(expected), right = ModelWeights.Open(found);
        Assert.Equal(left.Names, right.Names);
        foreach (string name in left.Names)
        {
            Assert.Equal(left.Find(name).Shape, right.Find(name).Shape);
            Assert.True(left.FileOf(name).Bytes(name).SequenceEqual(right.FileOf(name).Bytes(name)), name);
        }
    }

    private static void NearWeights(string expected, string file, float tolerance)
    {
        using SafetensorsCheckpoint left = SafetensorsCheckpoint.Open(expected), right = ModelWeights.Open(file);
        Assert.Equal(left.Names, right.Names);
        foreach (string name in left.Names)
        {
            Assert.Equal(left.Find(name).Shape, right.Find(name).Shape);
            float[] theirs = left.FileOf(name).ReadFloats(name), ours = right.FileOf(name).ReadFloats(name);
            float largest = theirs.Max(Math.Abs);
            for (int i = 0; i < theirs.Length;
                i++) Assert.True(Math.Abs(theirs[i] - ours[i]) <= tolerance * largest, $"{name}[{i}]: {theirs[i]} and {ours[i]}");
        }
    }
}
