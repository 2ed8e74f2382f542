using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Studies.EmbeddedModel;
using static TorchSharp.torch;

namespace Tilt.Studies.Tests.EmbeddedModel;

public sealed class MuonTests
{
    [Theory]
    [InlineData(4, 4)]
    [InlineData(12, 5)]
    [InlineData(5, 12)]
    [InlineData(32, 88)]
    public void Orthogonalisation_keeps_singular_vectors_and_brings_singular_values_near_one(int rows, int columns)
    {
        using var scope = NewDisposeScope();
        var matrix = Normal(rows, columns, 7);
        var (u, singular, vh) = linalg.svd(matrix, fullMatrices: false);
        // The quintic lifts values above about a thousandth of the norm within five iterations.
        Assert.True((singular.min() / matrix.norm()).item<float>() > 1e-3f);
        var inBasis = u.t().matmul(Muon.Orthogonalize(matrix)).matmul(vh.t());
        var diagonal = inBasis.diagonal();
        Assert.InRange(diagonal.min().item<float>(), 0.5f, 1.25f);
        Assert.InRange(diagonal.max().item<float>(), 0.5f, 1.25f);
        Assert.True((inBasis - diagonal.diag()).abs().max().item<float>() < 1e-3f);
    }

    [Fact]
    public void Orthogonalisation_does_not_depend_on_the_scale_and_leaves_zero_alone()
    {
        using var scope = NewDisposeScope();
        var matrix = Normal(6, 9, 3);
        Assert.True((Muon.Orthogonalize(matrix) - Muon.Orthogonalize(matrix * 50)).abs().max().item<float>() < 1e-4f);
        Assert.Equal(0, Muon.Orthogonalize(zeros(3, 3)).abs().max().item<float>());
    }

    [Fact]
    public void An_update_is_weight_decay_and_the_scaled_orthogonal_direction_of_nesterov_momentum()
    {
        using var scope = NewDisposeScope();
        var settings = new MuonConfiguration { MomentumStart = 0.8, Momentum = 0.9, MomentumSteps = 2, WeightDecay = 0.1 };
        Tensor first = Normal(8, 2, 1), second = Normal(8, 2, 2), start = Normal(8, 2, 3);
        var value = start.clone();
        value.requires_grad = true;
        using var muon = new Muon([("w", value)], settings);

        // By hand: m = μm + (1 − μ)g, direction μm + (1 − μ)g, factor √(8 / 2) = 2, momentum 0.8 then 0.85.
        Tensor m1 = first * 0.2, d1 = m1 * 0.8 + first * 0.2;
        Tensor w1 = start * (1 - 0.5 * 0.1) - Muon.Orthogonalize(d1) * (0.5 * 2);
        Tensor m2 = m1 * 0.85 + second * 0.15, d2 = m2 * 0.85 + second * 0.15;
        Tensor w2 = w1 * (1 - 0.25 * 0.1) - Muon.Orthogonalize(d2) * (0.25 * 2);

        value.grad = first.clone();
        muon.Step(0, 0.5);
        Assert.True((value - w1).abs().max().item<float>() < 1e-5f);
        value.grad = second.clone();
        muon.Step(1, 0.25);
        Assert.True((value - w2).abs().max().item<float>() < 1e-5f);
    }

    private static Tensor Normal(int rows, int columns, uint seed)
    {
        var stream = new RandomStream(seed, RandomDomain.Initialization, 0, 0, 0);
        return tensor(Enumerable.Range(0, rows * columns)
            .Select(i => (float)(stream.Uniform((uint)i) + stream.Uniform((uint)(i + 10_000)) - 1)).ToArray(), [rows, columns]);
    }
}
