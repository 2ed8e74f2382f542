using Tilt.Rollouts;

namespace Tilt.Torch.Decoding;

/// <summary>The next-token distributions of a batch where the model computes; the members are those of <see cref="IModelState"/>.</summary>
internal interface INextTokenDistributions : IDisposable
{
    int RowCount { get; }

    int VocabularySize { get; }

    /// <summary>New distributions, of the given rows.</summary>
    INextTokenDistributions Select(ReadOnlySpan<int> indices);

    /// <inheritdoc cref="IModelState.TopK"/>
    void TopK(int k, Span<int> tokens, Span<float> values);

    /// <inheritdoc cref="IModelState.Sample"/>
    void Sample(float temperature, ReadOnlySpan<double> uniforms, Span<int> tokens, Span<float> samplingLogProbabilities,
        Span<float> untempered);

    /// <inheritdoc cref="IModelState.LogProbabilities"/>
    void LogProbabilities(ReadOnlySpan<int> tokens, Span<float> values);

    /// <inheritdoc cref="IModelState.Entropies"/>
    void Entropies(Span<float> entropies);

    /// <inheritdoc cref="IModelState.Row"/>
    void Row(int row, Span<float> values);
}
