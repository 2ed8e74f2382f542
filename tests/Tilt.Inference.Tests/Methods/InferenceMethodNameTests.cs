using Tilt.Inference.Fused;
using Tilt.Inference.Methods;
using Tilt.Inference.Methods.Contracts;

namespace Tilt.Inference.Tests.Methods;

public sealed class InferenceMethodNameTests
{
    [Theory]
    [InlineData("greedy")]
    [InlineData("temperature-0.7")]
    [InlineData("temperature-1")]
    [InlineData("temperature-0.7-top-k-50-top-p-0.9-min-p-0.05")]
    [InlineData("temperature-1-top-p-0.9")]
    [InlineData("beam-4")]
    [InlineData("beam-16-penalty-0.5")]
    [InlineData("beam-4-penalty--1.5-early-stopping")]
    [InlineData("beam-2-early-stopping")]
    [InlineData("power-4")]
    [InlineData("power-1.5")]
    [InlineData("best-of-8-likelihood")]
    [InlineData("best-of-8-mean-likelihood")]
    [InlineData("smc-4-64")]
    public void A_method_has_the_name_that_it_was_made_by(string name) => Assert.Equal(name, Create(name).Name);

    [Theory]
    [InlineData("")]
    [InlineData("Greedy")]
    [InlineData("temperature")]
    [InlineData("temperature-1e5")]
    [InlineData("temperature-0.7-top-p")]
    [InlineData("beam-4-penalty-")]
    [InlineData("beam-4.5")]
    [InlineData("majority-8")]
    [InlineData("greedy\n")]
    public void An_unknown_name_is_answered_with_those_that_there_are(string name) =>
        Assert.Contains("beam-WIDTH", Assert.Throws<InputException>(() => Create(name)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("best-of-0-likelihood")]
    [InlineData("power-0")]
    [InlineData("temperature-0-top-k-5")]
    [InlineData("beam-99999999999")]
    [InlineData("smc-0-4")]
    public void Numbers_out_of_range_are_bad_input(string name) =>
        Assert.Contains(name, Assert.Throws<InputException>(() => Create(name)).Message, StringComparison.Ordinal);

    private static IInferenceMethod Create(string name)
    {
        FusedModel model = FusedModelLoader.Load(Path.Combine(AppContext.BaseDirectory, "golden", "qwen3"), threads: 1);
        return InferenceMethodName.Create(name, model, new FusedSampler(model));
    }
}
