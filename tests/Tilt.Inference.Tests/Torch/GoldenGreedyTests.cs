using System.Text.Json;
using Tilt.Models;
using Tilt.Rollouts;

namespace Tilt.Inference.Tests.Torch;

public sealed class GoldenGreedyTests
{
    [Theory]
    [InlineData("llama32")]
    [InlineData("qwen25")]
    [InlineData("qwen3")]
    [InlineData("llama-untied-bf16")]
    public async Task Greedy_tokens_are_those_of_Transformers(string name)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "golden", name);
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "reference.json")));
        int[][] prompts = reference.RootElement.GetProperty("sequences").Deserialize<int[][]>()!;
        using Transformer transformer = Transformer.Load(folder);
        using var model = new TorchLanguageModel(transformer);
        Completion[] completions = await new TorchSampler(model).SampleAsync(
            [.. prompts.Select(p => new SampleRequest(p, default))],
            new() { MaxNewTokens = 24, Temperature = 0, IgnoreEndOfSequence = true },
            TestContext.Current.CancellationToken);
        for (int i = 0; i < prompts.Length; i++)
            Assert.Equal(reference.RootElement.GetProperty("greedy")[i].GetProperty("tokens").Deserialize<int[]>()!, completions[i].ResponseIds);
    }
}
