using System.Text.Json;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Families;

namespace Tilt.HuggingFace.RandomModels;

/// <summary>Shapes of published models of all families.</summary>
public static class PublishedShapes
{
    private static readonly SortedDictionary<string, string> Files =
        new(ModelFamilies.All.SelectMany(family => family.PublishedShapes).ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal);

    /// <summary>Names of the shapes, in ordinal order.</summary>
    public static IReadOnlyCollection<string> Names => Files.Keys;

    /// <summary>The shape of that name.</summary>
    /// <exception cref="InputException">There is none; the message lists what there is.</exception>
    public static ModelConfiguration Of(string name)
    {
        if (!Files.TryGetValue(name, out string? text))
            throw new InputException($"There is no shape '{name}'; there are {string.Join(", ", Names)}.");
        using JsonDocument file = JsonDocument.Parse(text);
        return ModelConfigurationReader.Read(file.RootElement, null, name);
    }
}
