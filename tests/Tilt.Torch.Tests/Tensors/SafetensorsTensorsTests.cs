using System.Buffers.Binary;
using System.Text;
using Tilt.HuggingFace.Safetensors;
using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Torch.Tests.Tensors;

public sealed class SafetensorsTensorsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string Location => Path.Combine(_folder, "model.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_element_type_goes_through_libtorch_and_back()
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor numbers = torch.tensor(new[] { 0f, 1, 2, 3, 100 });
        foreach (torch.ScalarType type in new[]
        {
            torch.ScalarType.Float32, torch.ScalarType.BFloat16, torch.ScalarType.Float16, torch.ScalarType.Float64, torch.ScalarType.Int64,
            torch.ScalarType.Int32, torch.ScalarType.Int16, torch.ScalarType.Int8, torch.ScalarType.Byte, torch.ScalarType.Bool,
        })
        {
            torch.Tensor written = numbers.to(type);
            SafetensorsWriter.Write(Location, [written.ToSafetensors("x")]);
            using SafetensorsFile file = SafetensorsFile.Open(Location);
            torch.Tensor read = file.ReadTensor("x");
            Assert.Equal(type, read.dtype);
            Assert.True(read.equal(written).all().item<bool>());
            Assert.Equal(written.to(torch.ScalarType.Float32).data<float>().ToArray(), file.ReadFloats("x"));
        }
    }

    [Fact]
    public void Mapped_tensors_hold_the_same_and_outlive_the_file()
    {
        using var scope = torch.NewDisposeScope();
        SafetensorsWriter.Write(Location,
            [torch.arange(6).view(2, 3).to(torch.ScalarType.BFloat16).ToSafetensors("x"), SafetensorsEntry.Of("y", [1f, 2f], 2),
                SafetensorsEntry.Of("z", (float[])[], 0, 4)]);
        torch.Tensor x, y, z;
        using (SafetensorsFile file = SafetensorsFile.Open(Location))
            (x, y, z) = (file.MapTensor("x"), file.MapTensor("y"), file.MapTensor("z"));
        File.Delete(Location);
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.Equal(torch.ScalarType.BFloat16, x.dtype);
        Assert.Equal([0f, 1, 2, 3, 4, 5], x.to(torch.ScalarType.Float32).data<float>().ToArray());
        Assert.Equal([1f, 2f], y.data<float>().ToArray());
        Assert.Equal([0, 4], z.shape);
    }

    [Fact]
    public void A_misaligned_tensor_is_copied()
    {
        using var scope = torch.NewDisposeScope();
        string header = "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}"
            + ",\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}}";
        WriteRaw((ulong)header.Length, header, 5);
        using SafetensorsFile file = SafetensorsFile.Open(Location);
        Assert.Equal(0f, file.MapTensor("x").item<float>());
    }

    private void WriteRaw(ulong headerLength, string header, int dataLength)
    {
        byte[] bytes = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, headerLength);
        Encoding.UTF8.GetBytes(header, bytes.AsSpan(8));
        File.WriteAllBytes(Location, bytes);
    }
}
