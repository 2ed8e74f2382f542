namespace Tilt.Acceptance.VerifierSearch.Answers;

/// <summary>Pairs of answers that are more than one expression.</summary>
internal static class StructuredPairs
{
    /// <summary>A pair proven different, or null.</summary>
    public static Pair? Different(Draws draws) => draws.Below(10) switch
    {
        0 or 1 => ListPairs.Different(draws),
        2 => NamePairs.Different(draws),
        3 or 4 => RegionPairs.Different(draws),
        5 => EquationPairs.Different(draws),
        6 => MeasurePairs.Different(draws),
        7 => BasePairs.Different(draws),
        8 => UndefinedPairs.Different(draws),
        _ => ComplexPairs.Different(draws),
    };

    /// <summary>A pair made equal by rewriting, or null.</summary>
    public static Pair? Equal(Draws draws) => draws.Below(8) switch
    {
        0 or 1 => ListPairs.Equal(draws),
        2 => NamePairs.Equal(draws),
        3 => RegionPairs.Equal(draws),
        4 => EquationPairs.Equal(draws),
        5 => MeasurePairs.Equal(draws),
        6 => BasePairs.Equal(draws),
        _ => ComplexPairs.Equal(draws),
    };
}
