using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Power;

/// <summary>The two choices of a Metropolis–Hastings move that are not tokens. Tests enumerate them instead of drawing.</summary>
internal interface IMoveNumbers
{
    /// <summary>m, uniform in 0 … <paramref name="length"/> − 1.</summary>
    int Position(RandomStream numbers, int length);

    /// <summary>True with the given probability.</summary>
    bool Accepts(RandomStream numbers, double probability);
}

/// <summary>Numbers of a move's own stream: 0 gives the position, 1 the decision, 2 + t the token at response position t.</summary>
internal sealed class MoveNumbers : IMoveNumbers
{
    public const uint FirstToken = 2;

    public int Position(RandomStream numbers, int length) => numbers.Below(length, 0);

    public bool Accepts(RandomStream numbers, double probability) => numbers.Uniform(1) < probability;
}
