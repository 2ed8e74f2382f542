using System.Globalization;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Tests;
using Tilt.Torch.Model;
using TorchSharp;

namespace Tilt.Torch.Tests.Model;

/// <summary>
/// Whatever is done to the files of a model or adapter: they load, or there is a message. Never another exception, a crash or a hang.
/// </summary>
public sealed class DamagedFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("llama32", "config.json", 300)]
    [InlineData("qwen25", "config.json", 200)]
    [InlineData("qwen3", "generation_config.json", 100)]
    [InlineData("llama-untied-bf16", "model.safetensors.index.json", 200)]
    public void A_damaged_configuration_or_index_loads_or_gives_a_message(string name, string file, int times)
    {
        Copy(GoldenModel.FolderOf(name));
        string original = File.ReadAllText(Path.Combine(_folder, file));
        var mutations = new Mutations(seed: 1);
        Damage(times, file, () => mutations.OfJson(original), LoadModel);
    }

    [Theory]
    [InlineData("qwen25", "model.safetensors", 200)]
    [InlineData("llama-untied-bf16", "model-00003-of-00005.safetensors", 300)]
    public void Damaged_weights_load_or_give_a_message(string name, string file, int times)
    {
        Copy(GoldenModel.FolderOf(name));
        byte[] original = File.ReadAllBytes(Path.Combine(_folder, file));
        var mutations = new Mutations(seed: 2);
        Damage(times, file, () => mutations.OfSafetensors(original), LoadModel);
    }

    [Fact]
    public void A_damaged_adapter_configuration_loads_or_gives_a_message()
    {
        ModelConfiguration model = ModelConfigurationReader.Read(GoldenModel.FolderOf("qwen3"));
        Copy(Path.Combine(GoldenModel.FolderOf("qwen3"), "lora"));
        string original = File.ReadAllText(Path.Combine(_folder, LoraAdapter.ConfigurationFile))
            .Replace("\"rank_pattern\": {}", "\"rank_pattern\": {\"x_proj\": 4}", StringComparison.Ordinal)
            .Replace("\"alpha_pattern\": {}", "\"alpha_pattern\": {\"q_proj\": 8}", StringComparison.Ordinal);
        var mutations = new Mutations(seed: 3);
        Damage(300, LoraAdapter.ConfigurationFile, () => mutations.OfJson(original), () => LoraAdapter.Load(_folder, model));
    }

    [Fact]
    public void Damaged_adapter_weights_load_or_give_a_message()
    {
        ModelConfiguration model = ModelConfigurationReader.Read(GoldenModel.FolderOf("qwen3"));
        Copy(Path.Combine(GoldenModel.FolderOf("qwen3"), "lora"));
        byte[] original = File.ReadAllBytes(Path.Combine(_folder, LoraAdapter.WeightFile));
        var mutations = new Mutations(seed: 4);
        Damage(300, LoraAdapter.WeightFile, () => mutations.OfSafetensors(original), () => LoraAdapter.Load(_folder, model));
    }

    /// <summary>Loads again and again with another damage, and checks that both outcomes were seen.</summary>
    private void Damage(int times, string file, Func<byte[]> damaged, Action load)
    {
        int loaded = 0, refused = 0;
        // TILT_FUZZ=20 goes on for twenty times as long.
        if (int.TryParse(Environment.GetEnvironmentVariable("TILT_FUZZ"), CultureInfo.InvariantCulture, out int factor)) times *= factor;
        string path = Path.Combine(_folder, file);
        for (int i = 0; i < times; i++)
        {
            byte[] bytes = damaged();
            File.WriteAllBytes(path, bytes);
            try
            {
                load();
                loaded++;
            }
            catch (InputException e)
            {
                Assert.False(string.IsNullOrWhiteSpace(e.Message));
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"Damage {i} of {file}: {e.GetType().Name}: {e.Message}\n"
                    + $"{Convert.ToBase64String(bytes[..Math.Min(bytes.Length, 6000)])}\n{e.StackTrace}");
            }
        }
        Assert.InRange(refused, times / 4, times - 1);
        Assert.InRange(loaded, 1, times);
    }

    private void LoadModel()
    {
        using var scope = torch.NewDisposeScope();
        using Transformer model = Transformer.LoadFrozen(_folder);
        // Every byte that a tensor claims can be read.
        foreach (NamedParameter parameter in model.Parameters) _ = parameter.Value.to(torch.ScalarType.Float32).sum().item<float>();
    }

    private void Copy(string source)
    {
        foreach (string file in Directory.GetFiles(source).Where(f => !f.Contains("reference", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)), overwrite: true);
    }
}
