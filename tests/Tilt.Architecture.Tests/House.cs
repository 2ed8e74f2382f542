using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Dependencies;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace Tilt.Architecture.Tests;

/// <summary>The projects of the product, from the bottom up, and what their types use.</summary>
internal static class House
{
    /// <summary>Assemblies in the order in which they may use each other: each only those before it.</summary>
    public static readonly IReadOnlyList<string> Floors =
    [
        "Tilt.Verification", "Tilt.Core", "Tilt.HuggingFace", "Tilt.Inference", "Tilt.Torch", "Tilt.Training", "Tilt.Studies",
        "Tilt.Reporting", "tilt",
    ];

    /// <summary>Those that work where libtorch does not.</summary>
    public static readonly IReadOnlyList<string> WithoutLibtorch = ["Tilt.Verification", "Tilt.Core", "Tilt.HuggingFace", "Tilt.Inference"];

    private static readonly Lazy<ArchUnitNET.Domain.Architecture> Loaded =
        new(() => new ArchLoader().LoadAssemblies([.. Floors.Select(Load)]).Build());

    /// <summary>Every type with what it depends on.</summary>
    public static ArchUnitNET.Domain.Architecture Architecture => Loaded.Value;

    /// <summary>Names of the assemblies that an assembly was compiled against.</summary>
    public static IEnumerable<string> ReferencesOf(string assembly) =>
        Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!);

    /// <summary>Namespaces of the types of an assembly.</summary>
    public static IReadOnlySet<string> NamespacesOf(string assembly) =>
        Load(assembly).GetTypes()
            .Where(type => !type.IsNested && type.Namespace is not null && type.Namespace.StartsWith("Tilt", StringComparison.Ordinal))
            .Select(type => type.Namespace!).ToHashSet(StringComparer.Ordinal);

    /// <summary>Who uses what between the namespaces of an assembly, with one use as an example.</summary>
    public static IReadOnlyDictionary<(string From, string To), string> UsesWithin(string assembly)
    {
        IReadOnlySet<string> own = NamespacesOf(assembly);
        var uses = new Dictionary<(string, string), string>();
        foreach (IType type in Architecture.Types.Where(type => own.Contains(NameOf(type))))
        {
            foreach (ITypeDependency dependency in type.Dependencies)
            {
                string from = NameOf(type), to = NameOf(dependency.Target);
                if (from != to && own.Contains(to)) uses.TryAdd((from, to), $"{type.Name} uses {dependency.Target.Name}");
            }
        }
        return uses;
    }

    // Types without a namespace have none at all.
    private static string NameOf(IType type) => type.Namespace?.FullName ?? "";

    private static Assembly Load(string name) => Assembly.Load(name);
}
