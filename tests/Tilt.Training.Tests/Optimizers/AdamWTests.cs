using Tilt.Training.Optimizers;
using static TorchSharp.torch;

namespace Tilt.Training.Tests.Optimizers;

public sealed class AdamWTests
{
    [Fact]
    public void The_first_update_moves_every_weight_by_the_learning_rate_against_the_sign_of_its_gradient()
    {
        using var scope = NewDisposeScope();
        var weight = tensor(new float[] { 1, 2, -3 }).requires_grad_();
        (weight * tensor(new float[] { 0.5f, -4, 100 })).sum().backward();
        new AdamW([("w", weight)], new(WeightDecay: 0)).Step(0.1);
        Assert.Equal([0.9f, 2.1f, -3.1f], weight.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Many_updates_equal_libtorchs_own_AdamW(bool byOperations)
    {
        using var scope = NewDisposeScope();
        var start = linspace(-1, 1, 37);
        using var ours = start.clone().requires_grad_();
        using var theirs = new TorchSharp.Modules.Parameter(start.clone());
        using var adam = new AdamW([("w", ours)], new(0.9, 0.95, 1e-8, 0.02), _ => byOperations);
        using var libtorch = optim.AdamW([theirs], lr: 0.03, beta1: 0.9, beta2: 0.95, eps: 1e-8, weight_decay: 0.02);
        for (int i = 0; i < 20; i++)
        {
            foreach (var weight in (Tensor[])[ours, theirs])
            {
                weight.grad?.zero_();
                ((weight - 0.3) * (weight - 0.3) * linspace(0.1, 4, 37) + weight.sin()).sum().backward();
            }

            adam.Step(0.03);
            libtorch.step();
        }

        Assert.True((ours - theirs).abs().max().item<float>() < 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_restored_optimiser_goes_on_bit_for_bit(bool byOperations)
    {
        using var scope = NewDisposeScope();
        using var first = linspace(-1, 1, 19).requires_grad_();
        using var adam = new AdamW([("w", first)], new(), _ => byOperations);
        Descend(first, adam, 5);
        using var second = first.detach().clone().requires_grad_();
        using var restored = new AdamW([("w", second)], new(), _ => byOperations);
        var saved = adam.Moments.ToDictionary(m => m.Name, m => (float[])m.Values.Clone());
        restored.Restore(adam.Steps, name => saved[name]);
        Descend(first, adam, 5);
        Descend(second, restored, 5);
        Assert.Equal(first.data<float>().ToArray(), second.data<float>().ToArray());
    }

    [Fact]
    public void Clipping_returns_the_norm_before_and_leaves_the_limit_after()
    {
        using var scope = NewDisposeScope();
        var a = zeros(1).requires_grad_();
        var b = zeros(1).requires_grad_();
        (3 * a + 4 * b).sum().backward();
        Assert.Equal(5, GradientClipping.Clip([a, b], 1), 1e-6);
        Assert.Equal(1, GradientClipping.Clip([a, b], 10), 1e-5);
        Assert.Equal(0.6f, a.grad!.item<float>(), 1e-5);
    }

    private static void Descend(Tensor weight, AdamW adam, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            weight.grad?.zero_();
            (weight * weight * weight).sum().backward();
            adam.Step(0.01);
        }
    }
}
