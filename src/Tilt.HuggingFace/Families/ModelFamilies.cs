namespace Tilt.HuggingFace.Families;

/// <summary>The families that are supported.</summary>
public static class ModelFamilies
{
    /// <summary>All of them, one a line.</summary>
    public static IReadOnlyList<ModelFamily> All { get; } =
    [
        Llama.Family,
        Qwen2.Family,
        Qwen3.Family,
    ];

    /// <summary>A sentence that lists them.</summary>
    public static string Supported => $"Supported are {string.Join(", ", All.Select(family => $"{family.Name} ({family.Architecture})"))}.";

    /// <summary>The family of that name, or null.</summary>
    public static ModelFamily? Find(string? name) => All.FirstOrDefault(family => family.Name == name);

    /// <summary>The family of that name.</summary>
    /// <exception cref="InputException">There is none; the message lists what there is.</exception>
    public static ModelFamily Of(string name) => Find(name) ?? throw new InputException($"There is no family '{name}'. {Supported}");
}
