using Tilt.Settings;
using Tilt.Torch.Tensors;

namespace Tilt.Training.Tests.Records;

public sealed class DamagedCheckpointTests
{
    public DamagedCheckpointTests() => TorchRuntime.Configure(threads: 1);

    public static TheoryData<string, string> Damages => new()
    {
        { "model.safetensors", "cut" }, { "model.safetensors", "bit" }, { "optimizer.safetensors", "bit" }, { "optimizer.safetensors",
            "gone" },
        { "state.json", "cut" }, { "state.json", "gone" }, { "checksums.json", "cut" }, { "checksums.json", "gone" }, { "tokenizer.json",
            "gone" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_checkpoint_is_passed_over_with_a_warning_and_the_run_ends_the_same(string file, string damage)
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("whole"), []);
        await TrainAsync(model.Configuration("run", steps: 4), []);
        Damage(Path.Combine(model.Root, "run", "checkpoints", "step-4", file), damage);
        List<string> warnings = [];
        await TrainAsync(model.Configuration("run"), warnings);
        string warning = Assert.Single(warnings);
        Assert.StartsWith("The checkpoint of step 4 is damaged and passed over. ", warning, StringComparison.Ordinal);
        foreach (string written in (string[])["metrics.jsonl", "samples.jsonl", Path.Combine("checkpoints", "step-6", "model.safetensors"),
            Path.Combine("checkpoints", "step-6", "optimizer.safetensors"), Path.Combine("checkpoints", "step-4", "model.safetensors")])
            Assert.Equal(await Bytes(model, "whole", written), await Bytes(model, "run", written));
    }

    [Fact]
    public async Task Where_no_checkpoint_is_whole_nothing_is_lost_and_the_way_out_is_told()
    {
        using var model = new TinyModel();
        await TrainAsync(model.Configuration("run", steps: 4), []);
        foreach (string checkpoint in Directory.EnumerateDirectories(Path.Combine(model.Root, "run", "checkpoints")))
            Damage(Path.Combine(checkpoint, "model.safetensors"), "bit");
        byte[] metrics = await Bytes(model, "run", "metrics.jsonl");
        var exception = await Assert.ThrowsAsync<InputException>(() => TrainAsync(model.Configuration("run"), []));
        Assert.Contains("its checksum is another", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Remove that folder to train from the beginning", exception.Message, StringComparison.Ordinal);
        Assert.Equal(metrics, await Bytes(model, "run", "metrics.jsonl"));
    }

    private static Task<byte[]> Bytes(TinyModel model, string run, string file) =>
        File.ReadAllBytesAsync(Path.Combine(model.Root, run, file), TestContext.Current.CancellationToken);

    private static void Damage(string path, string damage)
    {
        if (damage == "gone")
        {
            File.Delete(path);
            return;
        }

        using FileStream stream = File.Open(path, FileMode.Open);
        if (damage == "cut") stream.SetLength(stream.Length / 2);
        else
        {
            stream.Position = stream.Length - 3;
            int value = stream.ReadByte();
            stream.Position--;
            stream.WriteByte((byte)(value ^ 4));
        }
    }

    private static async Task TrainAsync(TrainingConfiguration configuration, List<string> warnings)
    {
        using var run = TrainingRun.Open(configuration);
        await run.RunAsync(null, TestContext.Current.CancellationToken, warnings.Add);
    }
}
