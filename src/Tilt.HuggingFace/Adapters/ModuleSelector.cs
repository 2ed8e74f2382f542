using System.Text.RegularExpressions;

namespace Tilt.HuggingFace.Adapters;

/// <summary>
/// Chooses modules by name like PEFT: a list of names, each of which stands for itself and for every module whose name ends with
/// a dot and it; or one regular expression that must match the whole name.
/// </summary>
public sealed record ModuleSelector
{
    /// <summary>Every linear layer but the output matrix (PEFT's <c>all-linear</c>).</summary>
    public static ModuleSelector AllLinear { get; } = Named("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

    private const int LongestPattern = 4096;

    private Regex? _expression;

    private ModuleSelector(IReadOnlyList<string> names, string? pattern) => (Names, Pattern) = (names, pattern);

    /// <summary>The names; empty when there is a pattern.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The regular expression, or null.</summary>
    public string? Pattern { get; }

    /// <summary>Chooses by names.</summary>
    public static ModuleSelector Named(params string[] names) => new(names, null);

    /// <summary>Chooses by a regular expression.</summary>
    /// <exception cref="ArgumentException">It is not one, or needs backtracking (look-around, back references).</exception>
    public static ModuleSelector Matching(string pattern) => new([], pattern) { _expression = Compile($"^(?:{pattern})$") };

    /// <summary>Whether a module is chosen.</summary>
    public bool Matches(string module) =>
        _expression?.IsMatch(module) ?? Names.Any(name => IsNamed(module, name));

    /// <summary>Whether a name of the list stands for a module.</summary>
    internal static bool IsNamed(string module, string name) =>
        module.EndsWith(name, StringComparison.Ordinal) && (module.Length == name.Length || module[module.Length - name.Length - 1] == '.');

    /// <summary>A regular expression that takes time linear in the name, whoever wrote it.</summary>
    /// <exception cref="ArgumentException">It is not one, or needs backtracking.</exception>
    internal static Regex Compile(string pattern)
    {
        if (pattern.Length > LongestPattern)
            throw new ArgumentException($"The regular expression has {pattern.Length} characters; at most {LongestPattern} are supported.",
                nameof(pattern));
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (NotSupportedException e)
        {
            throw new ArgumentException($"The regular expression '{pattern}' needs look-around, back references or is too large, which is "
                + $"not supported: {e.Message}", nameof(pattern), e);
        }
    }
}
