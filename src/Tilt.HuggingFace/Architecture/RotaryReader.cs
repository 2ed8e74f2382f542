using System.Text.Json;

namespace Tilt.HuggingFace.Architecture;

/// <summary>
/// Reads the rotary settings of a <c>config.json</c> with the precedence that Transformers has between its old and new keys.
/// </summary>
internal static class RotaryReader
{
    private const string PartialFactor = "partial_rotary_factor";

    /// <summary>The base of the frequencies and Llama 3's scaling, or null; everything else is a problem.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="context">The model's most positions.</param>
    public static (double Theta, Llama3RopeScaling? Scaling) Read(ConfigurationObject file, int context)
    {
        RefusePartial(file);
        ConfigurationObject? scaling = file.Child("rope_scaling"), parameters = file.Child("rope_parameters");
        ConfigurationObject? rotary = scaling is not null && (file.IsSet("rope_scaling") || parameters is null) ? scaling : parameters;
        if (rotary is null) return (file.Positive("rope_theta", 10000), null);
        RefusePartial(rotary);
        foreach (string key in rotary.Objects)
            rotary.Problem(key, $"is {rotary.Quote(key)}; rotary settings of single layers are not supported");
        double theta = rotary.Has("rope_theta") ? rotary.Positive("rope_theta", 10000) : file.Positive("rope_theta", 10000);
        string type = rotary.Has("rope_type") ? "rope_type" : "type";
        switch (rotary.Text(type))
        {
            case "default" or null:
                return (theta, null);
            case "llama3":
                return (theta, ReadScaling(file, rotary, context));
            case var other:
                rotary.Problem(type, $"is '{other}'; supported are 'default' and 'llama3'");
                return (theta, null);
        }
    }

    private static Llama3RopeScaling ReadScaling(ConfigurationObject file, ConfigurationObject rotary, int context)
    {
        const string Original = "original_max_position_embeddings";
        double low = rotary.Positive("low_freq_factor", null), high = rotary.Positive("high_freq_factor", null);
        if (low >= high) rotary.Problem("low_freq_factor", $"is {low} and must be less than high_freq_factor ({high})");
        int original = file.Has(Original) ? file.Count(Original) : rotary.Has(Original) ? rotary.Count(Original) : context;
        return new Llama3RopeScaling(rotary.Positive("factor", null), low, high, original);
    }

    private static void RefusePartial(ConfigurationObject settings)
    {
        if (!settings.Has(PartialFactor) || (settings.Is(PartialFactor, JsonValueKind.Number) && settings.Positive(PartialFactor, 1) == 1))
            return;
        settings.Problem(PartialFactor, $"is {settings.Quote(PartialFactor)}; supported is 1");
    }
}
