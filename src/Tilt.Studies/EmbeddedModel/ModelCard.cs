using System.Globalization;
using Tilt.Settings;
using Tilt.Tasks.Embedded;

namespace Tilt.Studies.EmbeddedModel;

/// <summary>The README of a pretrained model: what it is, how it was made, how it answers.</summary>
public static class ModelCard
{
    /// <summary>The card.</summary>
    /// <param name="recipe">How the model was made.</param>
    /// <param name="report">How it answers.</param>
    public static string Markdown(PretrainingConfiguration recipe, BaseReport report) => string.Create(CultureInfo.InvariantCulture, $"""
        ---
        license: apache-2.0
        library_name: transformers
        ---
        # Base model of the embedded task

        A small Llama that answers chained arithmetic (`Q: 12+3*4-7 A: `) in four styles: careful, hurried, direct, or giving up. It is a
        base model: it imitates its corpus, in which careful working is right but rare and long. The begin-of-sequence token stands
        before the prompt; the response ends with the same token.

        Made by `tilt pretrain --recipe recipe.yaml --out FOLDER` from random weights and a generated corpus: {recipe.Steps} steps of {recipe.Rows} rows of
        {recipe.RowTokens} tokens ({(double)recipe.Steps * recipe.Rows * recipe.RowTokens / 1e6:0.0} million tokens), {recipe.Model.Layers} blocks of width {recipe.Model.HiddenSize}, {EmbeddedVocabulary.Tokens.Count} tokens. `recipe.yaml` holds every setting.

        Intended use: studying what task rewards and likelihood sharpening do to a model, in minutes on a processor. It can do nothing else.

        ## How it answers

        {BaseReportText.Markdown(report)}
        """);
}
