using Tilt.Statistics;

namespace Tilt.TiltFit;

/// <summary>A regression on all prompts, followed through bootstrap resamples.</summary>
internal sealed class TrackedRegression
{
    private readonly Variable[] _regressors;
    private readonly WithinPromptRegression _fit;
    private readonly Studentized[] _resamples;
    private readonly bool[] _hasInterval;

    private TrackedRegression(IReadOnlyList<WithinPromptMoments> prompts, DrawLaw law, Variable[] regressors)
    {
        _regressors = regressors;
        _fit = new WithinPromptRegression(prompts, law, regressors);
        IsIdentified = _fit.TryFit(PromptBootstrap.All(prompts.Count));
        Values = [.. _fit.Coefficients];
        Errors = [.. _fit.StandardErrors];
        _resamples = [.. Values.Zip(Errors, (value, error) => new Studentized(value, error))];
        _hasInterval =
        [
            .. regressors.Select(variable => prompts.Count >= PromptBootstrap.FewestPrompts
                && prompts.Count(prompt => prompt.Varies(law, variable)) >= PromptBootstrap.FewestInformativePrompts),
        ];
        if (!IsIdentified) return;
        (ResponseVariance, LogRatioVariance, ResidualVariance) = (_fit.ResponseVariance, _fit.LogRatioVariance, _fit.ResidualVariance);
        Resample = _fit;
    }

    /// <summary>False when the regressors cannot be told apart.</summary>
    public bool IsIdentified { get; }

    /// <summary>Coefficients on all prompts, <c>[regressor]</c>.</summary>
    public double[] Values { get; }

    /// <summary>Their standard errors, <c>[regressor]</c>.</summary>
    public double[] Errors { get; }

    /// <summary>Variance of log π within prompts, all prompts together.</summary>
    public double ResponseVariance { get; }

    /// <summary>Variance of log π − log p within prompts, all prompts together.</summary>
    public double LogRatioVariance { get; }

    /// <summary>Variance that the line leaves, all prompts together.</summary>
    public double ResidualVariance { get; }

    /// <summary>The fit on the present resample, at first on all prompts; null when there is none.</summary>
    public WithinPromptRegression? Resample { get; private set; }

    /// <summary>Fits on all prompts.</summary>
    public static TrackedRegression Fit(IReadOnlyList<WithinPromptMoments> prompts, DrawLaw law, params Variable[] regressors) =>
        new(prompts, law, regressors);

    /// <summary>Fits on a resample.</summary>
    public void Add(ReadOnlySpan<int> counts)
    {
        if (!IsIdentified) return;
        Resample = _fit.TryFit(counts) ? _fit : null;
        for (int k = 0; k < _resamples.Length; k++)
        {
            if (Resample is null) _resamples[k].AddFailure();
            else _resamples[k].Add(_fit.Coefficients[k], _fit.StandardErrors[k]);
        }
    }

    /// <summary>
    /// A coefficient with its interval, after all resamples; null when the regression lacks the variable or is not identified.
    /// </summary>
    public TiltEstimate? Estimate(Variable variable)
    {
        int k = Array.IndexOf(_regressors, variable);
        return k < 0 || !IsIdentified ? null : TiltEstimate.Of(Values[k], _hasInterval[k] ? _resamples[k].Interval() : null);
    }
}

/// <summary>The difference of the same coefficients of two regressions over the same prompts.</summary>
internal sealed class TrackedDifference
{
    private readonly TrackedRegression _first;
    private readonly TrackedRegression _second;
    private readonly double[] _values;
    private readonly Studentized[] _resamples;

    /// <summary>First minus second; make it before any resample.</summary>
    public TrackedDifference(TrackedRegression first, TrackedRegression second, IReadOnlyList<WithinPromptMoments> prompts)
    {
        (_first, _second) = (first, second);
        int[] all = PromptBootstrap.All(prompts.Count);
        _values = [.. first.Values.Zip(second.Values, (a, b) => a - b)];
        _resamples = [.. _values.Select((value, k) => new Studentized(value, Error(k, all)))];
    }

    /// <summary>Takes a resample that both regressions have taken.</summary>
    public void Add(ReadOnlySpan<int> counts)
    {
        for (int k = 0; k < _values.Length; k++)
        {
            if (_first.Resample is null || _second.Resample is null) _resamples[k].AddFailure();
            else _resamples[k].Add(_first.Resample.Coefficients[k] - _second.Resample.Coefficients[k], Error(k, counts));
        }
    }

    /// <summary>The difference of the coefficients at a place, with its interval where both have one.</summary>
    public TiltEstimate Estimate(int k, bool hasInterval) => TiltEstimate.Of(_values[k], hasInterval ? _resamples[k].Interval() : null);

    private double Error(int k, ReadOnlySpan<int> counts)
    {
        double squares = 0;
        int total = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            double influence = _first.Resample!.Influences[i][k] - _second.Resample!.Influences[i][k];
            squares += counts[i] * influence * influence;
            total += counts[i];
        }
        return WithinPromptRegression.StandardError(squares, total);
    }
}
