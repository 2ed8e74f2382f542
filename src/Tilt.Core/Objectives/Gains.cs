namespace Tilt.Objectives;

/// <summary>Advantages of a step.</summary>
/// <param name="Responses">A of each response, <c>[group][G]</c>; where tokens have their own, their mean.</param>
/// <param name="Tokens">A of each token, <c>[group][G][time]</c>; null where all tokens of a response have the response's.</param>
public sealed record Gains(double[][] Responses, double[][][]? Tokens = null)
{
    /// <summary>Which groups have one R for all their responses, <c>[group]</c>; null where the advantages tell it.</summary>
    public bool[]? UniformGroups { get; init; }

    /// <summary>Whether all responses of a group have the same R.</summary>
    public bool IsUniform(int group) => UniformGroups?[group] ?? Array.TrueForAll(Responses[group], advantage => advantage == 0);

    /// <summary>A of one token.</summary>
    public double At(int group, int response, int token) => Tokens?[group][response][token] ?? Responses[group][response];

    /// <summary>Whether no token of a response has an advantage.</summary>
    public bool IsZero(int group, int response) =>
        Tokens is null ? Responses[group][response] == 0 : Tokens[group][response].All(advantage => advantage == 0);
}
