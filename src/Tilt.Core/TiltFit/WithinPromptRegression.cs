namespace Tilt.TiltFit;

/// <summary>
/// Least squares of log π within prompts on some of the other variables, with cluster-robust (sandwich) standard errors over
/// prompts. Prompts may count several times or not at all, as in a bootstrap resample.
/// </summary>
internal sealed class WithinPromptRegression
{
    // Regressors that explain each other to this share of variance cannot be told apart.
    private const double CollinearityTolerance = 1e-9;
    private const int Response = (int)Variable.TunedLogProbability;

    private readonly double[][] _moments;
    private readonly int[] _regressors;
    private readonly double[] _pooled = new double[WithinPromptMoments.Entries];
    private readonly double[,] _inverse;
    private readonly double[] _score;

    public WithinPromptRegression(IReadOnlyList<WithinPromptMoments> prompts, DrawLaw law, params Variable[] regressors)
    {
        _moments = [.. prompts.Select(prompt => prompt.Covariances(law))];
        _regressors = [.. regressors.Select(variable => (int)variable)];
        _inverse = new double[_regressors.Length, _regressors.Length];
        _score = new double[_regressors.Length];
        Coefficients = new double[_regressors.Length];
        StandardErrors = new double[_regressors.Length];
        Influences = new double[prompts.Count][];
        for (int i = 0; i < Influences.Length; i++) Influences[i] = new double[_regressors.Length];
    }

    /// <summary>Coefficients in the order of the regressors, <c>[regressor]</c>.</summary>
    public double[] Coefficients { get; }

    /// <summary>Their standard errors, <c>[regressor]</c>.</summary>
    public double[] StandardErrors { get; }

    /// <summary>By how much each prompt pulls each coefficient (times the number of prompts), <c>[prompt][regressor]</c>.</summary>
    public double[][] Influences { get; }

    /// <summary>Variance of log π within prompts.</summary>
    public double ResponseVariance => Covariance(Variable.TunedLogProbability, Variable.TunedLogProbability);

    /// <summary>Variance of log π − log p within prompts.</summary>
    public double LogRatioVariance =>
        CovarianceWithLogRatio(Variable.TunedLogProbability) - CovarianceWithLogRatio(Variable.BaseLogProbability);

    /// <summary>Variance of what the line leaves.</summary>
    public double ResidualVariance
    {
        get
        {
            double explained = 0;
            for (int k = 0; k < _regressors.Length; k++)
                explained += Coefficients[k] * _pooled[WithinPromptMoments.Entry(Response, _regressors[k])];
            return Math.Max(0, ResponseVariance - explained);
        }
    }

    /// <summary>Covariance of two variables within prompts, pooled.</summary>
    public double Covariance(Variable a, Variable b) => _pooled[WithinPromptMoments.Entry((int)a, (int)b)];

    /// <summary>Covariance of log π − log p with a variable within prompts, pooled.</summary>
    public double CovarianceWithLogRatio(Variable variable) =>
        Covariance(Variable.TunedLogProbability, variable) - Covariance(Variable.BaseLogProbability, variable);

    /// <summary>Fits the line.</summary>
    /// <param name="counts">How often each prompt counts, <c>[prompt]</c>.</param>
    /// <returns>False when the regressors do not vary within prompts or cannot be told apart.</returns>
    public bool TryFit(ReadOnlySpan<int> counts)
    {
        int total = Pool(counts);
        if (!TryInvert()) return false;
        for (int k = 0; k < _regressors.Length; k++)
        {
            Coefficients[k] = 0;
            for (int l = 0; l < _regressors.Length; l++)
                Coefficients[k] += _inverse[k, l] * _pooled[WithinPromptMoments.Entry(Response, _regressors[l])];
        }
        FindErrors(counts, total);
        return true;
    }

    private int Pool(ReadOnlySpan<int> counts)
    {
        Array.Clear(_pooled);
        int total = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            if (counts[i] == 0) continue;
            total += counts[i];
            double[] moments = _moments[i];
            for (int entry = 0; entry < _pooled.Length; entry++) _pooled[entry] += counts[i] * moments[entry];
        }
        foreach (ref double moment in _pooled.AsSpan()) moment /= total;
        return total;
    }

    // Gauss–Jordan without pivoting: the matrix is positive definite where it counts. A pivot is the variance of a regressor that
    // those before it leave.
    private bool TryInvert()
    {
        int size = _regressors.Length;
        Span<double> work = stackalloc double[size * 2 * size];
        work.Clear();
        for (int k = 0; k < size; k++)
        {
            for (int l = 0; l < size; l++) work[k * 2 * size + l] = _pooled[WithinPromptMoments.Entry(_regressors[k], _regressors[l])];
            work[k * 2 * size + size + k] = 1;
        }
        for (int k = 0; k < size; k++)
        {
            double pivot = work[k * 2 * size + k];
            if (!(pivot > CollinearityTolerance * _pooled[WithinPromptMoments.Entry(_regressors[k], _regressors[k])])
                || pivot < double.Epsilon / CollinearityTolerance)
                return false;
            for (int l = 0; l < 2 * size; l++) work[k * 2 * size + l] /= pivot;
            for (int row = 0; row < size; row++)
            {
                if (row == k) continue;
                double factor = work[row * 2 * size + k];
                for (int l = 0; l < 2 * size; l++) work[row * 2 * size + l] -= factor * work[k * 2 * size + l];
            }
        }
        for (int k = 0; k < size; k++)
        {
            for (int l = 0; l < size; l++) _inverse[k, l] = work[k * 2 * size + size + l];
        }
        return true;
    }

    private void FindErrors(ReadOnlySpan<int> counts, int total)
    {
        int size = _regressors.Length;
        Array.Clear(StandardErrors);
        for (int i = 0; i < counts.Length; i++)
        {
            double[] moments = _moments[i], influence = Influences[i];
            for (int k = 0; k < size; k++)
            {
                double score = moments[WithinPromptMoments.Entry(Response, _regressors[k])];
                for (int l = 0; l < size; l++)
                    score -= moments[WithinPromptMoments.Entry(_regressors[k], _regressors[l])] * Coefficients[l];
                _score[k] = score;
            }
            for (int k = 0; k < size; k++)
            {
                influence[k] = 0;
                for (int l = 0; l < size; l++) influence[k] += _inverse[k, l] * _score[l];
                StandardErrors[k] += counts[i] * influence[k] * influence[k];
            }
        }
        for (int k = 0; k < size; k++) StandardErrors[k] = StandardError(StandardErrors[k], total);
    }

    /// <summary>Standard error of a mean of influences from the sum of their squares.</summary>
    internal static double StandardError(double squares, int count) => count < 2 ? double.NaN : Math.Sqrt(squares / count / (count - 1));
}
