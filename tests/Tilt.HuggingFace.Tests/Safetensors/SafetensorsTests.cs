using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Tilt.HuggingFace.Safetensors;

namespace Tilt.HuggingFace.Tests.Safetensors;

public sealed class SafetensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Location => Path.Combine(_folder, "model.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Written_tensors_read_back_bit_for_bit()
    {
        var tensors = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 5]).SelectMany((rows, columns) =>
            Gen.Single.Array[rows * columns].Select(values => (Rows: rows, Columns: columns, Values: values))).Array[0, 5];
        tensors.Sample(list =>
        {
            SafetensorsWriter.Write(Location, list.Select((t, i) => SafetensorsEntry.Of($"t{i}", t.Values, t.Rows, t.Columns)));
            using SafetensorsFile file = SafetensorsFile.Open(Location);
            return file.Tensors.Count == list.Length && list.Select((t, i) =>
                file.Find($"t{i}").Shape.SequenceEqual([t.Rows, t.Columns])
                && file.ReadFloats($"t{i}").AsSpan().SequenceEqual(t.Values)).All(same => same);
        }, iter: 50, threads: 1);
    }

    [Fact]
    public void A_link_to_a_file_reads_as_the_file()
    {
        string blob = Path.Combine(_folder, "blob");
        SafetensorsWriter.Write(blob, [SafetensorsEntry.Of("t", new float[] { 1, 2, 3 }, 3)]);
        File.CreateSymbolicLink(Location, "blob");
        using SafetensorsFile file = SafetensorsFile.Open(Location);
        Assert.Equal([1, 2, 3], file.ReadFloats("t"));
    }

    [Fact]
    public void Bytes_do_not_depend_on_the_order_of_entries_and_tensors_are_aligned()
    {
        SafetensorsEntry wide = SafetensorsEntry.Of("z", [1L, 2L], 2), narrow = SafetensorsEntry.Of("a", [1f, 2f, 3f], 3);
        SafetensorsWriter.Write(Location, [narrow, wide]);
        byte[] first = File.ReadAllBytes(Location);
        SafetensorsWriter.Write(Location, [wide, narrow]);
        Assert.Equal(first, File.ReadAllBytes(Location));
        using SafetensorsFile file = SafetensorsFile.Open(Location);
        Assert.Equal(0, file.Find("z").Begin);
        Assert.Equal(0, (first.Length - 28) % 8);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal([Location], Directory.GetFiles(_folder));
    }

    [Theory]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 8, "needs 8 bytes, but data_offsets hold 4")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4, "do not lie in the 4 bytes")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8, "the tensors hold 4 bytes, but 8 bytes")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "belong to no tensor")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}"
        + ",\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8, "overlap")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}"
        + ",\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "appears twice")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "dtype appears twice")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296,4294967296,4294967296,4],\"data_offsets\":[0,4]}}", 4, "needs")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,2],\"data_offsets\":[0,4]}}", 4, "needs")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "not negative")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1e400],\"data_offsets\":[0,4]}}", 4, "whole numbers")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[NaN],\"data_offsets\":[0,4]}}", 4, "not valid JSON")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, "do not lie in")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "two data_offsets are needed")]
    [InlineData("{\"x\":{\"dtype\":\"F4\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "'F4' is not supported; supported are BOOL")]
    [InlineData("{\"x\":{\"dtype\":\"9\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "'9' is not supported")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"more\":1}}", 4, "'more' is not a known key")]
    [InlineData("{\"x\":[]}", 0, "An object with dtype")]
    [InlineData("[]", 0, "A JSON object")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}", 4, "not valid JSON")]
    [InlineData("{} {}", 0, "not valid JSON")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", 0, "A text is needed")]
    public void Hostile_headers_are_refused_with_file_and_byte(string header, int dataLength, string expected)
    {
        WriteRaw((ulong)header.Length, header, dataLength);
        string message = Assert.Throws<InputException>(() => SafetensorsFile.Open(Location)).Message;
        Assert.Contains(expected, message);
        Assert.StartsWith($"'{Location}', byte ", message);
        if (header.StartsWith("{\"x\":{", StringComparison.Ordinal) && !expected.Contains("JSON")
            && !expected.StartsWith("the tensors", StringComparison.Ordinal))
            Assert.Matches("tensor '[xy]'", message);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 40)]
    [InlineData(50)]
    public void Header_lengths_beyond_the_file_are_refused(ulong length)
    {
        WriteRaw(length, "{}", 8);
        Assert.Contains("truncated", Assert.Throws<InputException>(() => SafetensorsFile.Open(Location)).Message);
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_refused()
    {
        SafetensorsWriter.Write(Location, [SafetensorsEntry.Of("x", [1f, 2f], 2)]);
        byte[] whole = File.ReadAllBytes(Location);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Location, whole[..length]);
            Assert.Throws<InputException>(() => SafetensorsFile.Open(Location));
        }
    }

    [Fact]
    public void Any_damaged_byte_of_a_header_gives_a_valid_file_or_a_message()
    {
        SafetensorsWriter.Write(Location, [SafetensorsEntry.Of("x", [1f, 2f], 2), SafetensorsEntry.Of("y", [1f, 2f], 1, 2)]);
        byte[] whole = File.ReadAllBytes(Location);
        for (int at = 0; at < whole.Length - 16; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(Location, damaged);
            try
            {
                using SafetensorsFile file = SafetensorsFile.Open(Location);
                foreach (SafetensorsTensor tensor in file.Tensors) _ = file.ReadFloats(tensor.Name);
            }
            catch (InputException e)
            {
                Assert.Contains(Location, e.Message);
            }
        }
    }

    [Fact]
    public void Shards_are_found_through_the_index_and_disagreements_are_listed()
    {
        using (SafetensorsCheckpoint whole = SafetensorsCheckpoint.Open(GoldenModel.FolderOf("llama-untied-bf16")))
            Assert.Equal(3 * 9 + 3, whole.Names.Count());
        SafetensorsWriter.Write(Path.Combine(_folder, "one.safetensors"),
            [SafetensorsEntry.Of("x", [1f], 1), SafetensorsEntry.Of("extra", [1f], 1)]);
        File.WriteAllText(Location + ".index.json",
            "{\"weight_map\":{\"x\":\"one.safetensors\",\"y\":\"one.safetensors\",\"z\":\"two.safetensors\",\"w\":\"../w.safetensors\"}}");
        string message = Assert.Throws<InputException>(() => SafetensorsCheckpoint.Open(_folder)).Message;
        Assert.Contains("tensor 'y' is not in 'one.safetensors'", message);
        Assert.Contains("the file 'two.safetensors' is missing", message);
        Assert.Contains("'../w.safetensors' is not a plain file name", message);
        Assert.Contains("holds tensor 'extra', which the index does not list", message);
    }

    [Fact]
    public void A_tensor_in_two_shards_is_told()
    {
        SafetensorsWriter.Write(Path.Combine(_folder, "one.safetensors"), [SafetensorsEntry.Of("x", [1f], 1)]);
        SafetensorsWriter.Write(Path.Combine(_folder, "two.safetensors"),
            [SafetensorsEntry.Of("x", [2f], 1), SafetensorsEntry.Of("y", [2f], 1)]);
        File.WriteAllText(Location + ".index.json", "{\"weight_map\":{\"x\":\"one.safetensors\",\"y\":\"two.safetensors\"}}");
        Assert.Contains("'two.safetensors' holds tensor 'x' too",
            Assert.Throws<InputException>(() => SafetensorsCheckpoint.Open(_folder)).Message);
    }

    [Fact]
    public void A_pointer_of_Git_LFS_is_told_with_its_remedy()
    {
        File.WriteAllText(Location, "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n");
        Assert.Contains("git lfs pull", Assert.Throws<InputException>(() => SafetensorsFile.Open(Location)).Message);
    }

    [Fact]
    public void A_folder_without_safetensors_says_what_to_do()
    {
        File.WriteAllText(Path.Combine(_folder, "pytorch_model.bin"), "");
        Assert.Contains("convert them to safetensors", Assert.Throws<InputException>(() => SafetensorsCheckpoint.Open(_folder)).Message);
    }

    private void WriteRaw(ulong headerLength, string header, int dataLength)
    {
        byte[] bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, headerLength);
        Encoding.UTF8.GetBytes(header, bytes.AsSpan(8));
        File.WriteAllBytes(Location, bytes);
    }
}
