using Tilt.Settings;
using Tilt.Training.Estimates;

namespace Tilt.Training.Tests;

public sealed class EstimateTests
{
    [Fact]
    public void Parts_are_bytes_of_the_shapes()
    {
        using var model = new TinyModel();
        TrainingEstimate estimate = TrainingEstimate.Of(model.Configuration("run"));
        Assert.Equal(estimate.Parameters * 8.0, estimate.Memory.Single(part => part.Name == "AdamW moments").Amount);
        Assert.Equal(estimate.Parameters * 12, estimate.CheckpointBytes);
        Assert.Equal(estimate.MemoryBytes, (long)estimate.Memory.Sum(part => part.Amount));
        string text = EstimateText.Of(estimate, 1e9);
        Assert.Contains($"{estimate.Parameters:N0} x 2 x 4 bytes", text, StringComparison.Ordinal);
        Assert.All(text.TrimEnd().Split('\n'), line => Assert.StartsWith("# ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_does_not_fit_is_refused_with_the_setting_that_makes_it_fit()
    {
        using var model = new TinyModel();
        TrainingConfiguration large = model.Configuration("run") with { Loss = new() { MicroBatchTokens = 1_000_000 } };
        long all = TrainingEstimate.Of(large).MemoryBytes,
            less = TrainingEstimate.Of(large with { Loss = new() { MicroBatchTokens = 1024 } }).MemoryBytes;
        MachineLimits.Check(large, all);
        InputException error = Assert.Throws<InputException>(() => MachineLimits.Check(large, less));
        Assert.Contains("With loss.micro_batch_tokens=1024 it needs", error.Message, StringComparison.Ordinal);
        Assert.Contains("No setting", Assert.Throws<InputException>(() => MachineLimits.Check(large, 1)).Message, StringComparison.Ordinal);
    }
}
