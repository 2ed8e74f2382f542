namespace Tilt.Objectives.Advantages;

/// <summary>Turns the shaped rewards of a prompt's responses into advantages, the factors of their log-probabilities' gradients.</summary>
public interface IAdvantageEstimator
{
    /// <summary>Advantages of one group.</summary>
    /// <param name="rewards">Shaped rewards of a prompt's responses, <c>[G]</c>.</param>
    /// <param name="included">False for responses that take no part (their verdict was over budget): advantage 0, not in any baseline. <c>[G]</c>.</param>
    /// <param name="advantages">Receives the advantages, <c>[G]</c>.</param>
    /// <exception cref="ArgumentException">The three lengths differ.</exception>
    void Compute(ReadOnlySpan<double> rewards, ReadOnlySpan<bool> included, Span<double> advantages);
}
