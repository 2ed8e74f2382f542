using Tilt.Rollouts;
using Tilt.Statistics;

namespace Tilt.TiltFit;

/// <summary>Fits all lines on all prompts, follows them through the same resamples, and gathers a <see cref="TiltEstimation"/>.</summary>
internal sealed class TiltEstimator
{
    private readonly IReadOnlyList<WithinPromptMoments> _prompts;
    private readonly bool _gold;
    private readonly FittedLaw _mixture;
    private readonly FittedLaw _base;
    private readonly FittedLaw _tuned;
    private readonly TrackedDifference? _disagreement;
    private readonly VarianceShares? _variance;
    private readonly Addition?[] _additions;

    public TiltEstimator(IReadOnlyList<WithinPromptMoments> prompts, bool gold)
    {
        _prompts = prompts;
        _gold = gold;
        (_mixture, _base, _tuned) = (Fit(DrawLaw.Mixture), Fit(DrawLaw.Base), Fit(DrawLaw.Tuned));
        if (_base.Regression is { } first && _tuned.Regression is { } second && _base.Variables.SequenceEqual(_tuned.Variables))
            _disagreement = new TrackedDifference(first, second, prompts);
        if (_mixture.Regression is { } mixture)
            _variance =
                new VarianceShares(mixture, _mixture.Variables.Contains(Variable.Reward), prompts.Count >= PromptBootstrap.FewestPrompts);
        _additions = [Add(Variable.Length), Add(Variable.MeanBaseLogProbability)];
    }

    public TiltEstimation Run(RandomStream stream)
    {
        if (_prompts.Count >= PromptBootstrap.FewestPrompts) PromptBootstrap.Run(_prompts.Count, stream, Take);
        FittedTilt ofBase = Describe(_base), ofTuned = Describe(_tuned);
        return new TiltEstimation
        {
            Mixture = Describe(_mixture),
            Base = ofBase,
            Tuned = ofTuned,
            AlphaDisagreement = Disagreement(Variable.BaseLogProbability, ofBase.Alpha, ofTuned.Alpha),
            BetaInverseDisagreement = Disagreement(Variable.Reward, ofBase.BetaInverse, ofTuned.BetaInverse),
            Variance = _variance?.Split(),
            Length = _additions[0]?.Describe(),
            MeanLogProbability = _additions[1]?.Describe(),
        };
    }

    private void Take(int[] counts)
    {
        _mixture.Regression?.Add(counts);
        _base.Regression?.Add(counts);
        _tuned.Regression?.Add(counts);
        _disagreement?.Add(counts);
        _variance?.Add(_mixture.Regression?.Resample);
        foreach (Addition? addition in _additions) addition?.Add(counts);
    }

    private FittedLaw Fit(DrawLaw law)
    {
        int likelihood = Informative(law, Variable.BaseLogProbability), reward = _gold ? Informative(law, Variable.Reward) : 0;
        var variables = new List<Variable>();
        if (likelihood > 0) variables.Add(Variable.BaseLogProbability);
        if (reward > 0) variables.Add(Variable.Reward);
        if (variables.Count == 0) return new FittedLaw(likelihood, reward, [], null, Collinear: false);
        var regression = TrackedRegression.Fit(_prompts, law, [.. variables]);
        return regression.IsIdentified
            ? new FittedLaw(likelihood, reward, [.. variables], regression, Collinear: false)
            : new FittedLaw(likelihood, reward, [], null, Collinear: true);
    }

    private int Informative(DrawLaw law, Variable variable) => _prompts.Count(prompt => prompt.Varies(law, variable));

    private FittedTilt Describe(FittedLaw law) => new()
    {
        Alpha = law.Regression?.Estimate(Variable.BaseLogProbability),
        AlphaIdentification = law.PromptsWithLikelihood == 0 ? Identification.NoVariation : law.Collinear ? Identification.Collinear
            : Identification.Identified,
        BetaInverse = law.Regression?.Estimate(Variable.Reward),
        BetaInverseIdentification = !_gold ? Identification.LeftOut
            : law.PromptsWithReward == 0 ? Identification.NoVariation
            : law.Collinear ? Identification.Collinear : Identification.Identified,
        LogProbabilityRSquared = RSquared(law.Regression, law.Regression?.ResponseVariance),
        LogRatioRSquared = law.Regression is { } fit && VarianceShares.IsChange(fit.LogRatioVariance)
            ? RSquared(fit, fit.LogRatioVariance)
            : null,
        PromptsWithLikelihood = law.PromptsWithLikelihood,
        PromptsWithReward = law.PromptsWithReward,
    };

    private static double? RSquared(TrackedRegression? regression, double? variance) =>
        regression is not null && variance > 0 ? 1 - regression.ResidualVariance / variance : null;

    private TiltEstimate? Disagreement(Variable variable, TiltEstimate? first, TiltEstimate? second) =>
        _disagreement is null || first is null || second is null ? null
        : _disagreement.Estimate(Array.IndexOf(_base.Variables, variable), first.Interval is not null && second.Interval is not null);

    private Addition? Add(Variable variable)
    {
        if (_mixture.Regression is not { } without || !VarianceShares.IsChange(without.LogRatioVariance)) return null;
        if (!_mixture.Variables.Contains(Variable.BaseLogProbability) || Informative(DrawLaw.Mixture, variable) == 0) return null;
        var with = TrackedRegression.Fit(_prompts, DrawLaw.Mixture, [.. _mixture.Variables, variable]);
        return with.IsIdentified ? new Addition(without, with, variable, _prompts.Count >= PromptBootstrap.FewestPrompts) : null;
    }

    /// <summary>The fit under one law: which variables are in it, and in how many prompts they vary.</summary>
    private sealed record FittedLaw(int PromptsWithLikelihood, int PromptsWithReward, Variable[] Variables, TrackedRegression? Regression,
        bool Collinear);

    /// <summary>The mixture's line with one more variable.</summary>
    private sealed class Addition(TrackedRegression without, TrackedRegression with, Variable variable, bool hasInterval)
    {
        private readonly List<double> _shares = [];

        /// <summary>Takes a resample that the line without the variable has taken.</summary>
        public void Add(int[] counts)
        {
            with.Add(counts);
            if (without.Resample is { } less && with.Resample is { } more)
                _shares.Add((less.ResidualVariance - more.ResidualVariance) / less.LogRatioVariance);
        }

        public AddedVariable Describe() => new(
            with.Estimate(variable)!,
            with.Estimate(Variable.BaseLogProbability)!,
            with.Estimate(Variable.Reward),
            VarianceShares.Percentiles((without.ResidualVariance - with.ResidualVariance) / without.LogRatioVariance, _shares,
                hasInterval));
    }
}
