using System.Text.RegularExpressions;
using Tilt.Configuration;
using Tilt.Inference.Methods.Beams;
using Tilt.Inference.Methods.Candidates;
using Tilt.Inference.Methods.Contracts;
using Tilt.Inference.Methods.Particles;
using Tilt.Inference.Methods.Power;
using Tilt.Inference.Methods.Sampling;

namespace Tilt.Inference.Methods;

/// <summary>All inference-time methods, by the names that they have in tables, files and options of commands.</summary>
public static partial class InferenceMethods
{
    /// <summary>The grammars of all methods.</summary>
    public static IReadOnlyList<MethodGrammar> Grammars { get; } =
    [
        GreedyOptions.Grammar,
        TemperatureOptions.Grammar,
        BeamSearchOptions.Grammar,
        PowerSamplingOptions.Grammar,
        BestOfNOptions.Grammar,
        MajorityVoteOptions.Grammar,
        SequentialMonteCarloOptions.Grammar,
    ];

    /// <summary>What names look like, one form for each method, with examples.</summary>
    public static string Choices =>
        $"{string.Join(", ", Grammars.Select(grammar => grammar.Form))}; for "
        + $"example {string.Join(", ", Grammars.Select(grammar => grammar.Examples[^1]))}";

    /// <summary>The method of a name.</summary>
    /// <param name="name">A name, such as <c>beam-4-penalty-1</c>.</param>
    /// <exception cref="InputException">There is no method of this name, or one of its numbers is out of range.</exception>
    public static MethodOptions Parse(string name) =>
        Find(name)
        ?? throw new InputException(
            $"There is no method '{name}'.{(Nearest(name) is { } nearest ? $" Did you mean {nearest}?" : "")} Methods are {Choices}.");

    /// <summary>The method of a name, or null when there is none.</summary>
    /// <param name="name">A name, such as <c>beam-4-penalty-1</c>.</param>
    /// <exception cref="InputException">One of its numbers is out of range.</exception>
    public static MethodOptions? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Guarded(name, () =>
        {
            MethodOptions? options = Read(name);
            options?.Validate();
            return options;
        });
    }

    /// <summary>The method of a name, ready to run.</summary>
    /// <param name="name">A name, such as <c>beam-4-penalty-1</c>.</param>
    /// <param name="resources">What it runs on.</param>
    /// <exception cref="InputException">There is no method of this name, one of its numbers is out of range, or it needs what is not
    /// there.</exception>
    public static IInferenceMethod Create(string name, MethodResources resources)
    {
        MethodOptions options = Parse(name);
        return Guarded(name, () => options.Create(resources));
    }

    /// <summary>A name that was probably meant, with the numbers of the one given where they fit; null when nothing is near.</summary>
    public static string? Nearest(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // Numbers say nothing about which method is meant.
        string[] examples = [.. Grammars.SelectMany(grammar => grammar.Examples)];
        string? shape = NearestName.Among(examples.Select(example => Number().Replace(example, "0")), Number().Replace(name, "0"));
        string? nearest = examples.FirstOrDefault(example => Number().Replace(example, "0") == shape);
        if (nearest is null) return null;
        var numbers = new Queue<string>(Number().Matches(name).Select(match => match.Value));
        if (numbers.Count != Number().Count(nearest)) return nearest;
        string same = Number().Replace(nearest, _ => numbers.Dequeue());
        try
        {
            return Find(same)?.Name ?? nearest;
        }
        catch (InputException)
        {
            return nearest;
        }
    }

    private static MethodOptions? Read(string name)
    {
        foreach (MethodGrammar grammar in Grammars)
        {
            if (grammar.Read(name) is { } options) return options;
        }
        return null;
    }

    private static T Guarded<T>(string name, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw new InputException($"The method '{name}' cannot run: {e.Message}", e);
        }
    }

    [GeneratedRegex(@"[0-9]+(?:\.[0-9]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
