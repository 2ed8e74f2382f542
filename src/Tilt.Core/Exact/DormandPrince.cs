namespace Tilt.Exact;

/// <summary>
/// Integrates y' = f(y) by the explicit Runge–Kutta pair of orders 5 and 4 of Dormand and Prince, "A family of embedded
/// Runge–Kutta formulae" (1980), with the step chosen by the error estimate.
/// </summary>
internal static class DormandPrince
{
    private const double Safety = 0.9, LeastFactor = 0.2, MostFactor = 5, FirstStep = 1e-3;

    private static readonly double[][] Stages =
    [
        [1.0 / 5],
        [3.0 / 40, 9.0 / 40],
        [44.0 / 45, -56.0 / 15, 32.0 / 9],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
    ];

    private static readonly double[] ErrorWeights = [71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40];

    /// <summary>The states at the given times, the first state being that at time 0.</summary>
    /// <param name="derivative">f; must not keep or change its argument.</param>
    /// <param name="start">State at time 0.</param>
    /// <param name="times">Ascending, not negative.</param>
    /// <param name="tolerance">Largest estimated error of any component in one step.</param>
    public static IEnumerable<double[]> Integrate(Func<double[], double[]> derivative, double[] start, IEnumerable<double> times,
        double tolerance)
    {
        double[] state = start;
        double time = 0, step = FirstStep;
        double[][] slopes = new double[7][];
        slopes[0] = derivative(state);
        foreach (double wanted in times)
        {
            while (time < wanted)
            {
                // The last step before a wanted time is cut to end there; the one after takes up the length chosen before.
                bool arrives = time + step >= wanted;
                double length = arrives ? wanted - time : step;
                double[] next = Step(derivative, state, length, slopes);
                double error = Error(slopes, length) / tolerance;
                double factor = error == 0 ? MostFactor : Math.Clamp(Safety * Math.Pow(error, -0.2), LeastFactor, MostFactor);
                if (error > 1)
                {
                    step = length * factor;
                    continue;
                }
                (state, time) = (next, arrives ? wanted : time + length);
                slopes[0] = slopes[6];
                step = arrives ? Math.Max(step, length * factor) : length * factor;
            }
            yield return state;
        }
    }

    private static double[] Step(Func<double[], double[]> derivative, double[] state, double length, double[][] slopes)
    {
        double[] next = state;
        for (int stage = 0; stage < Stages.Length; stage++)
        {
            next = [.. state];
            for (int i = 0; i <= stage; i++)
            {
                double weight = length * Stages[stage][i];
                if (weight == 0) continue;
                double[] slope = slopes[i];
                for (int at = 0; at < next.Length; at++) next[at] += weight * slope[at];
            }
            slopes[stage + 1] = derivative(next);
        }
        return next;
    }

    private static double Error(double[][] slopes, double length)
    {
        double largest = 0;
        for (int at = 0; at < slopes[0].Length; at++)
        {
            double error = 0;
            for (int i = 0; i < ErrorWeights.Length; i++) error += ErrorWeights[i] * slopes[i][at];
            largest = Math.Max(largest, Math.Abs(error));
        }
        return largest * length;
    }
}
