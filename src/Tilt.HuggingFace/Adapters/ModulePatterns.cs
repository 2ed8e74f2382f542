using System.Text.RegularExpressions;

namespace Tilt.HuggingFace.Adapters;

/// <summary>
/// Values of modules by regular expression like PEFT's <c>rank_pattern</c>: an expression stands for every module whose name, or
/// the end of it after a dot, it matches; the first counts.
/// </summary>
/// <typeparam name="T">Type of the values.</typeparam>
public sealed class ModulePatterns<T>
{
    private readonly Regex[] _expressions;

    /// <summary>Patterns in the order in which they are tried.</summary>
    /// <exception cref="ArgumentException">One is not a regular expression, or needs backtracking (look-around, back
    /// references).</exception>
    public ModulePatterns(IReadOnlyList<KeyValuePair<string, T>> entries)
    {
        Entries = entries;
        _expressions = [.. entries.Select(e => ModuleSelector.Compile($@"^(.*\.)?({e.Key})$"))];
    }

    /// <summary>The patterns with their values.</summary>
    public IReadOnlyList<KeyValuePair<string, T>> Entries { get; }

    /// <summary>Value of the first pattern that matches a module, or <paramref name="otherwise"/>.</summary>
    public T ValueOf(string module, T otherwise)
    {
        int index = Array.FindIndex(_expressions, e => e.IsMatch(module));
        return index < 0 ? otherwise : Entries[index].Value;
    }
}
