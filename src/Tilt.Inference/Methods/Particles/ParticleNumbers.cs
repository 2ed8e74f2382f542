using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Particles;

/// <summary>The random numbers of one particle population, all in [0, 1). Tests enumerate what they decide instead of drawing.</summary>
internal interface IParticleNumbers
{
    /// <summary>Decides the token at a response position.</summary>
    double Token(int particle, int position);

    /// <summary>
    /// Decides the ancestors after a response position, <c>[1]</c> or <c>[particles]</c>; the weights are only to be looked at.
    /// </summary>
    void Resampling(int position, ReadOnlySpan<double> weights, Span<double> uniforms);

    /// <summary>Decides which particle is handed out.</summary>
    double Choice(ReadOnlySpan<double> weights);
}

/// <summary>
/// Numbers of the output's own stream: step i is particle i's place in the population (copies of a particle go on with different
/// numbers), step N resamples and step N + 1 chooses.
/// </summary>
internal sealed class ParticleNumbers(RandomStream stream, int particles) : IParticleNumbers
{
    public double Token(int particle, int position) => (stream with { Step = (uint)particle }).Uniform((uint)position);

    public void Resampling(int position, ReadOnlySpan<double> weights, Span<double> uniforms)
    {
        RandomStream numbers = stream with { Step = (uint)particles };
        for (int i = 0; i < uniforms.Length; i++) uniforms[i] = numbers.Uniform((uint)position * (uint)uniforms.Length + (uint)i);
    }

    public double Choice(ReadOnlySpan<double> weights) => (stream with { Step = (uint)particles + 1 }).Uniform(0);
}
