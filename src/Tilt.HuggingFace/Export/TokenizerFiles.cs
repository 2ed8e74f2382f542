namespace Tilt.HuggingFace.Export;

/// <summary>The files of a tokenizer on their way into a checkpoint.</summary>
public static class TokenizerFiles
{
    private static readonly string[] Names = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"];

    /// <summary>Copies those that a model has.</summary>
    /// <param name="model">A model folder, or a GGUF file.</param>
    /// <param name="target">A folder without any of them.</param>
    public static void Copy(string model, string target)
    {
        foreach (ModelCompanion companion in ModelFiles.CompanionsIn(model))
            if (Names.Contains(companion.Name)) companion.WriteTo(Path.Combine(target, companion.Name));
    }
}
