using System.Text;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.ChatTemplates;
using Tilt.HuggingFace.GgufModels;
using Tilt.HuggingFace.Safetensors;
using Tilt.HuggingFace.Tokenizers;

namespace Tilt.HuggingFace.Tests.GgufModels;

/// <summary>Files that are damaged, hostile or of another kind are errors in a sentence.</summary>
public sealed class DamageTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("tilt-damage-").FullName, "x.gguf");

    public static TheoryData<string, byte[], string> Headers => new()
    {
        { "empty", [], "does not begin with the letters GGUF" },
        { "other", Encoding.UTF8.GetBytes("safetensors, perhaps"), "does not begin with the letters GGUF" },
        { "cut", Bytes(w => w.Write(0x46554747)), "ends within the version" },
        { "old", Header(w => { }, version: 1), "versions 2 and 3" },
        { "big-endian", Header(w => { }, version: 0x03000000), "for big-endian machines" },
        { "many keys", Header(w => { }, keys: ulong.MaxValue), "more than the rest of the file" },
        { "many tensors", Header(w => { }, tensors: 1UL << 40), "more than the rest of the file" },
        { "long key", Header(w => w.Write(1UL << 50), keys: 1), "more than the rest of the file" },
        { "unknown type", Header(w => { Text(w, "k"); w.Write(99); w.Write(0L); }, keys: 1), "unknown type 99" },
        { "huge array", Header(w =>
            { Text(w, "k"); w.Write(9); w.Write(0); w.Write(1UL << 60); }, keys: 1), "more than the rest of the file" },
        { "nested arrays", Header(w =>
            { Text(w, "k"); for (int i = 0; i < 9; i++) { w.Write(9); if (i > 0) w.Write(1UL); } w.Write(new byte[64]); },
                keys: 1), "arrays within arrays" },
        { "bad text", Header(w =>
            { Text(w, "k"); w.Write(8); w.Write(2UL); w.Write((byte)0xFF); w.Write((byte)0xFE); }, keys: 1), "not valid UTF-8" },
        { "key twice", Header(w =>
            { for (int i = 0; i < 2; i++) { Text(w, "k"); w.Write(7); w.Write((byte)1); } }, keys: 2), "the key 'k' appears twice" },
        { "bad alignment", Header(w => { Text(w, "general.alignment"); w.Write(4); w.Write(12); }, keys: 1), "multiple of 8" },
        { "dimensions", Header(w => { Text(w, "t"); w.Write(7); w.Write(new byte[64]); }, tensors: 1), "7 dimensions" },
        { "size zero", Header(w => { Text(w, "t"); w.Write(1); w.Write(0UL); w.Write(new byte[64]); }, tensors: 1), "a dimension of 0" },
        { "beyond", Header(w => { Text(w, "t"); w.Write(1); w.Write(64UL); w.Write(0); w.Write(1UL << 40); },
            tensors: 1), "beyond the file" },
        { "too long", Header(w =>
            { Text(w, "t"); w.Write(1); w.Write(1UL << 40); w.Write(0); w.Write(0UL); }, tensors: 1), "needs 4398046511104 bytes" },
        { "half blocks", Header(w =>
            { Text(w, "t"); w.Write(1); w.Write(33UL); w.Write(8); w.Write(0UL); }, tensors: 1), "do not fill the blocks of 32" },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_wrong_header_is_told(string what, byte[] content, string message)
    {
        File.WriteAllBytes(_file, content);
        string found = Assert.Throws<InputException>(() => GgufFile.Read(_file)).Message;
        Assert.True(found.Contains(message, StringComparison.Ordinal), $"{what}: {found}");
        Assert.StartsWith($"'{_file}'", found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_cannot_be_read_is_told_with_those_that_can()
    {
        Change("llama32-q4_k_m.gguf", "blk.0.ffn_up.weight", nameAndAfter => nameAndAfter[^12] = 10);
        string message = Assert.Throws<InputException>(() => ModelWeights.Open(_file)).Message;
        Assert.Contains("'blk.0.ffn_up.weight' is of type Q2_K, which cannot be read. Supported are F32, F16, BF16, Q8_0, Q4_0, Q4_1, "
            + "Q5_0, Q5_1, Q4_K, Q5_K, Q6_K.", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("llama-bpe", "some-bpe!", "splits text by 'some-bpe!' (tokenizer.ggml.pre), which is not known here; known are "
        + "llama-bpe, llama3, llama-v3, smaug-bpe, qwen2")]
    [InlineData("gpt2", "bert", "a tokenizer of the kind 'bert'")]
    [InlineData("token_embd.weight", "token_embx.weight", "no matrix 'token_embd.weight'")]
    [InlineData("llama.block_count", "llama.block_cornt", "has no key 'llama.block_count'")]
    [InlineData("rope_freqs.weight", "rope_frequ.weight", "'rope_frequ.weight' belongs to no parameter")]
    public void What_is_not_known_or_missing_is_told(string before, string after, string message)
    {
        Replace("llama32-q4_k_m.gguf", before, after);
        Assert.Contains(message, Assert.Throws<InputException>(OpenAll).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_damage_never_ends_in_anything_but_a_sentence()
    {
        byte[] whole = File.ReadAllBytes(Golden("odd/q8_0.gguf")), tokens = File.ReadAllBytes(Golden("llama32-q4_k_m.gguf"));
        for (int seed = 0; seed < 120; seed++)
        {
            byte[] file = seed % 6 == 0 ? tokens : whole;
            int header = Math.Min(file.Length, seed % 6 == 0 ? 60_000 : 2_000);
            File.WriteAllBytes(_file, [.. new Mutations(seed).OfBytes(file[..header]), .. file[header..]]);
            try
            {
                OpenAll();
            }
            catch (InputException)
            {
                // As it should be.
            }
        }
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "golden", "gguf", name);

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    private static byte[] Header(Action<BinaryWriter> write, uint version = 3, ulong tensors = 0, ulong keys = 0) => Bytes(w =>
    {
        w.Write(0x46554747);
        w.Write(version);
        w.Write(tensors);
        w.Write(keys);
        write(w);
    });

    private static void Text(BinaryWriter writer, string text)
    {
        writer.Write((ulong)text.Length);
        writer.Write(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Everything that commands read of a model.</summary>
    private void OpenAll()
    {
        ModelConfiguration configuration = ModelConfigurationReader.Read(_file);
        using SafetensorsCheckpoint weights = ModelWeights.Open(_file);
        CheckpointFit.Check(configuration, weights);
        foreach (string name in weights.Names) weights.FileOf(name).ReadFloats(name);
        if (ModelFile.Exists(Path.Combine(_file, "tokenizer.json"))) ChatTemplateLoader.Load(_file, TokenizerLoader.Load(_file));
    }

    private void Replace(string golden, string before, string after)
    {
        byte[] content = File.ReadAllBytes(Golden(golden)), old = WithLength(before), changed = WithLength(after);
        int at = content.AsSpan().IndexOf(old);
        File.WriteAllBytes(_file, [.. content[..at], .. changed, .. content[(at + old.Length)..]]);
    }

    /// <summary>Changes the description of a matrix: its name, dimensions, type and place.</summary>
    private void Change(string golden, string tensor, Action<byte[]> change)
    {
        byte[] content = File.ReadAllBytes(Golden(golden)), name = WithLength(tensor);
        int at = content.AsSpan().IndexOf(name), end = at + name.Length + 4 + 16 + 4 + 8;
        byte[] description = content[at..end];
        change(description);
        File.WriteAllBytes(_file, [.. content[..at], .. description, .. content[end..]]);
    }

    private static byte[] WithLength(string text) => Bytes(w => Text(w, text));
}
