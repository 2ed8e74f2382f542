using System.Text;

namespace Tilt.Tasks.Embedded;

/// <summary>One signed term of a chain: an integer, or a product of two digits.</summary>
/// <param name="Sign">+1 or −1.</param>
/// <param name="First">The integer, or the first factor.</param>
/// <param name="Second">The second factor, or null for an integer.</param>
public readonly record struct ArithmeticTerm(int Sign, int First, int? Second = null)
{
    /// <summary>True for a product of two digits.</summary>
    public bool IsProduct => Second is not null;

    /// <summary>The value without its sign.</summary>
    public int Magnitude => First * (Second ?? 1);

    /// <summary>The value with its sign.</summary>
    public int Value => Sign * Magnitude;

    /// <summary>Binary operations that adding this term takes: the addition or subtraction, and the product if it is one.</summary>
    public int Operations => IsProduct ? 2 : 1;

    /// <summary>The term without its sign, as in <c>3*4</c>.</summary>
    public string Text => IsProduct ? $"{First}*{Second}" : $"{First}";

    /// <summary><c>+</c> or <c>-</c>.</summary>
    public char Operator => Sign < 0 ? '-' : '+';
}

/// <summary>
/// A chain of signed terms, read left to right with the usual order of operations. All running totals lie in 0 … 99.
/// </summary>
/// <param name="Level">Difficulty, 1 … 4; it decides the number of terms (2, 3, 4, 6).</param>
/// <param name="Terms">The terms; the first is positive and not a product.</param>
public sealed record ArithmeticChain(int Level, IReadOnlyList<ArithmeticTerm> Terms)
{
    /// <summary>The value of the whole chain.</summary>
    public int Answer => Terms.Sum(term => term.Value);

    /// <summary>
    /// The chain as an expression without spaces, as in <c>12+3*4-7</c>. It determines the terms, so it stands for the chain
    /// wherever chains are compared or hashed.
    /// </summary>
    public string Expression
    {
        get
        {
            var text = new StringBuilder(Terms[0].Text);
            for (int i = 1; i < Terms.Count; i++) text.Append(Terms[i].Operator).Append(Terms[i].Text);
            return text.ToString();
        }
    }
}
