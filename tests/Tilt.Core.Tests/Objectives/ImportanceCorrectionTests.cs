using Tilt.Objectives;

namespace Tilt.Core.Tests.Objectives;

public sealed class ImportanceCorrectionTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, Math.E)]
    [InlineData(3, 20)]
    [InlineData(88, 20)]
    [InlineData(89, 0)]
    [InlineData(1000, 0)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(double.NegativeInfinity, 0)]
    public void Finite_ratios_are_capped_and_those_that_float32_cannot_hold_count_as_nothing(double logRatio, double weight) =>
        Assert.Equal(weight, new ImportanceCorrection(ImportanceLevel.Token, 20).Weight(logRatio), 1e-12);

    [Fact]
    public void Levels_weigh_tokens_by_themselves_by_their_response_or_not_at_all()
    {
        float[] policy = [-1, -2, -3], sampling = [-1.5f, -2, -2.75f];
        double[] token = Weights(ImportanceLevel.Token, 1.2), sequence = Weights(ImportanceLevel.Sequence, null),
            none = Weights(ImportanceLevel.None, null);
        Assert.Equal([1.2, 1, Math.Exp(-0.25)], token.Select(w => Math.Round(w, 12)), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.All(sequence, w => Assert.Equal(Math.Exp(0.25), w, 1e-12));
        Assert.All(none, w => Assert.Equal(1, w));
        Assert.Throws<ArgumentException>(() => ImportanceCorrection.None.Weights(policy, sampling, new double[2]));

        double[] Weights(ImportanceLevel level, double? cap)
        {
            double[] weights = new double[3];
            new ImportanceCorrection(level, cap).Weights(policy, sampling, weights);
            return weights;
        }
    }
}
