using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Responses;
using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Particles;

/// <summary>The particles of one output while they grow.</summary>
internal sealed class ParticlePopulation
{
    private const int Closed = -1;

    private readonly SequentialMonteCarloOptions _options;
    private readonly IParticleNumbers _numbers;
    private readonly PartialResponse[] _particles;
    private readonly ParticleWeights _weights;
    private readonly int[] _rows;
    private int _resamplings;

    public ParticlePopulation(InferenceRequest request, int limit, SequentialMonteCarloOptions options, IParticleNumbers numbers)
    {
        Request = request;
        _options = options;
        _numbers = numbers;
        _weights = new ParticleWeights(options.Particles);
        _particles = [.. Enumerable.Range(0, options.Particles).Select(_ => new PartialResponse(request.PromptIds, limit))];
        _rows = new int[options.Particles];
    }

    public InferenceRequest Request { get; }

    /// <summary>Number of particles that grow.</summary>
    public int Open { get; private set; }

    /// <summary>Gives all particles rows of the batch from <paramref name="first"/> on.</summary>
    public void Begin(int first)
    {
        for (int i = 0; i < _rows.Length; i++) _rows[i] = first + i;
        Open = _rows.Length;
    }

    /// <summary>Writes a uniform number for every row of this population, <c>[batch]</c>.</summary>
    public void CopyUniforms(int position, Span<double> uniforms)
    {
        for (int i = 0; i < _rows.Length; i++)
        {
            if (_rows[i] != Closed) uniforms[_rows[i]] = _numbers.Token(i, position);
        }
    }

    /// <summary>Appends drawn tokens with their weights p^α/q; all spans are <c>[batch]</c>.</summary>
    /// <returns>The number of tokens appended.</returns>
    public int Append(ReadOnlySpan<int> tokens, ReadOnlySpan<float> proposal, ReadOnlySpan<float> own, int limit,
        ReadOnlySpan<int> endOfSequenceIds)
    {
        int appended = Open;
        for (int i = 0; i < _rows.Length; i++)
        {
            int row = _rows[i];
            if (row == Closed) continue;
            bool finishes = endOfSequenceIds.Contains(tokens[row]);
            _particles[i].Append(tokens[row], proposal[row], own[row], 0, finishes);
            _weights.Multiply(i, _options.Alpha * own[row] - proposal[row]);
            if (!finishes && _particles[i].Length < limit) continue;
            _rows[i] = Closed;
            Open--;
        }
        return appended;
    }

    /// <summary>Resamples if weights have become too uneven and particles still grow.</summary>
    public void Resample(int position)
    {
        // Once nothing grows, resampling would only add noise.
        if (Open == 0 || _weights.EffectiveSize >= _options.ResamplingThreshold * _particles.Length * (1 - 1e-12)) return;
        double[] weights = _weights.Normalized();
        double[] uniforms = new double[_options.Resampling == ResamplingScheme.Systematic ? 1 : weights.Length];
        _numbers.Resampling(position, weights, uniforms);
        int[] ancestors = ParticleWeights.Ancestors(weights, uniforms);
        PartialResponse[] particles = [.. _particles];
        int[] rows = [.. _rows];
        Open = 0;
        for (int i = 0; i < ancestors.Length; i++)
        {
            // Copies need room of their own; the first of equals takes the original.
            PartialResponse ancestor = particles[ancestors[i]];
            bool first = i == 0 || ancestors[i - 1] != ancestors[i];
            _particles[i] = first || ancestor.Finished ? ancestor : ancestor.Prefix(ancestor.Length, default, 0);
            _rows[i] = rows[ancestors[i]];
            if (_rows[i] != Closed) Open++;
        }
        _weights.Equalize();
        _resamplings++;
    }

    /// <summary>Writes the row and last token of every particle that grows, in order, and gives it the row it will have then.</summary>
    /// <param name="next">The first row of this population then.</param>
    /// <param name="rows">Receives the rows, <c>[batch]</c>, from <paramref name="next"/> on.</param>
    /// <param name="tokens">Receives the tokens, <c>[batch]</c>, from <paramref name="next"/> on.</param>
    public void CopyOpen(int next, Span<int> rows, Span<int> tokens)
    {
        for (int i = 0; i < _rows.Length; i++)
        {
            if (_rows[i] == Closed) continue;
            rows[next] = _rows[i];
            tokens[next] = _particles[i].LastToken;
            _rows[i] = next++;
        }
    }

    public ParticleSample Finish(Completion[] particles, ReadOnlySpan<double> rewards)
    {
        for (int i = 0; i < rewards.Length; i++) _weights.Multiply(i, rewards[i] * _options.BetaInverse!.Value);
        double[] weights = _weights.Normalized();
        return new ParticleSample(particles, weights, ParticleWeights.Choose(weights, _numbers.Choice(weights)), _weights.LogNormalizer,
            _weights.EffectiveSize, _resamplings);
    }

    public Completion[] Completions() => Array.ConvertAll(_particles, particle => particle.ToCompletion());
}
