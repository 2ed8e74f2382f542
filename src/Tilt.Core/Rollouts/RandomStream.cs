using System.Runtime.CompilerServices;

namespace Tilt.Rollouts;

/// <summary>
/// The random numbers of one sequence: a counter-based stream keyed by (seed, domain, step, problem, sample), so that what a
/// sequence draws never depends on its batch, its slot or the thread count, and nothing needs to be saved for a resume.
/// </summary>
/// <remarks>
/// Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). The key is
/// (seed, domain); the counter is (step, problem, sample, position).
/// </remarks>
/// <param name="Seed">The run's seed.</param>
/// <param name="Domain">What the numbers are for (rollouts, evaluation, proposals…), so that uses never share numbers.</param>
/// <param name="Step">Training step, or 0.</param>
/// <param name="Problem">Index of the problem.</param>
/// <param name="Sample">Index of the sample within the problem.</param>
public readonly record struct RandomStream(uint Seed, RandomDomain Domain, uint Step, uint Problem, uint Sample)
{
    /// <summary>The number at <paramref name="position"/>, uniform in [0, 1) with 53 random bits.</summary>
    public double Uniform(uint position) => (Bits(position) >> 11) * (1.0 / (1UL << 53));

    /// <summary>The 64 random bits at <paramref name="position"/>.</summary>
    public ulong Bits(uint position)
    {
        uint c0 = position, c1 = Sample, c2 = Problem, c3 = Step;
        uint k0 = Seed, k1 = (uint)Domain;
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }
        return ((ulong)c1 << 32) | c0;
    }

    /// <summary>A whole number uniform in 0 … <paramref name="count"/> − 1 (bias below 2⁻⁵³·count).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Below(int count, uint position) => (int)(Uniform(position) * count);
}

/// <summary>What the numbers of a <see cref="RandomStream"/> are for. Values are part of the random stream and never change.</summary>
public enum RandomDomain : uint
{
    /// <summary>Training rollouts.</summary>
    Rollout = 1,

    /// <summary>Evaluation samples.</summary>
    Evaluation = 2,

    /// <summary>The order and choice of training problems.</summary>
    ProblemOrder = 3,

    /// <summary>Generation of problems.</summary>
    ProblemGeneration = 4,

    /// <summary>Generation of corpus documents.</summary>
    Corpus = 5,

    /// <summary>Weight initialisation.</summary>
    Initialization = 6,

    /// <summary>Proposals and decisions of Markov chains and particle methods.</summary>
    InferenceMethod = 7,

    /// <summary>Bootstrap, permutation and other resampling of results.</summary>
    Statistics = 8,
}
