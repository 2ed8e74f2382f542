using Tilt.Statistics;

namespace Tilt.TiltFit;

/// <summary>The shares of a <see cref="VarianceSplit"/>, followed through bootstrap resamples; their intervals are percentiles.</summary>
internal sealed class VarianceShares
{
    // A log-ratio with a smaller standard deviation than this, in nats, is no change but rounding.
    private const double SmallestChange = 1e-4;
    private const int Fit = 0, Explained = 1, Likelihood = 2, Reward = 3, Shared = 4, Shares = 5;

    private readonly double[] _values = new double[Shares];
    private readonly List<double>[] _resamples;
    private readonly bool _hasReward;
    private readonly bool _hasInterval;
    private readonly double _variance;

    /// <summary>Shares of a fit on all prompts; make it before any resample.</summary>
    public VarianceShares(TrackedRegression regression, bool hasReward, bool hasInterval)
    {
        _hasReward = hasReward;
        _hasInterval = hasInterval;
        _resamples = [.. Enumerable.Range(0, Shares).Select(_ => new List<double>())];
        if (!regression.IsIdentified) return;
        _variance = regression.LogRatioVariance;
        Compute(regression.Resample!, hasReward, _values);
    }

    /// <summary>Takes a resample that the regression has taken.</summary>
    public void Add(WithinPromptRegression? resample)
    {
        if (resample is null || !IsChange(_variance)) return;
        double[] values = new double[Shares];
        Compute(resample, _hasReward, values);
        for (int share = 0; share < Shares; share++)
        {
            if (double.IsFinite(values[share])) _resamples[share].Add(values[share]);
        }
    }

    /// <summary>The split, after all resamples; null where the models differ by no more than rounding.</summary>
    public VarianceSplit? Split() => !IsChange(_variance) ? null : new VarianceSplit
    {
        StandardDeviation = Math.Sqrt(_variance),
        Fit = Estimate(Fit),
        Explained = Estimate(Explained),
        Likelihood = Estimate(Likelihood),
        Reward = _hasReward ? Estimate(Reward) : null,
        Shared = _hasReward ? Estimate(Shared) : null,
    };

    /// <summary>An estimate with the percentiles of its resamples.</summary>
    public static TiltEstimate Percentiles(double value, List<double> resamples, bool hasInterval)
    {
        resamples.Sort();
        double tail = (1 - Intervals.Level) / 2;
        return TiltEstimate.Of(value,
            hasInterval && resamples.Count > 0
                ? new Interval(Intervals.Quantile(resamples, tail), Intervals.Quantile(resamples, 1 - tail))
                : null);
    }

    /// <summary>Whether a log-ratio of this variance is more than rounding.</summary>
    public static bool IsChange(double logRatioVariance) => logRatioVariance > SmallestChange * SmallestChange;

    private TiltEstimate Estimate(int share) => Percentiles(_values[share], _resamples[share], _hasInterval);

    private static void Compute(WithinPromptRegression fit, bool hasReward, double[] values)
    {
        double change = fit.LogRatioVariance, explained = 1 - fit.ResidualVariance / change;
        values[Fit] = Math.Min(explained, 1 - fit.ResidualVariance / fit.ResponseVariance);
        values[Explained] = explained;
        double likelihood = Alone(fit, Variable.BaseLogProbability, change), reward = hasReward ? Alone(fit, Variable.Reward, change) : 0;
        values[Likelihood] = explained - reward;
        values[Reward] = explained - likelihood;
        values[Shared] = likelihood + reward - explained;
    }

    /// <summary>R² of the log-ratio on one variable.</summary>
    private static double Alone(WithinPromptRegression fit, Variable variable, double change)
    {
        double variance = fit.Covariance(variable, variable), covariance = fit.CovarianceWithLogRatio(variable);
        return variance > 0 ? covariance * covariance / (variance * change) : 0;
    }
}
