using Tilt.Rollouts;
using Tilt.Settings;
using Tilt.Tasks.Embedded;

namespace Tilt.Studies.EmbeddedModel;

/// <summary>
/// The rows of pretraining: documents laid end to end, one end token before each, cut to a fixed number of tokens. A row
/// depends on nothing but its index.
/// </summary>
public sealed class PretrainingRows
{
    // No row holds more documents than this; each row has its own range of document indices.
    private const uint DocumentsPerRow = 64;

    private readonly Corpus _corpus;
    private readonly ITokenizer _tokenizer;
    private readonly PretrainingConfiguration _recipe;

    /// <summary>Rows of a recipe.</summary>
    public PretrainingRows(PretrainingConfiguration recipe, ITokenizer tokenizer)
    {
        _recipe = recipe;
        _tokenizer = tokenizer;
        _corpus = new Corpus(recipe.Corpus, (uint)recipe.Seed);
    }

    /// <summary>Fills one row.</summary>
    /// <param name="index">Index of the row.</param>
    /// <param name="ids">Receives the token ids, <c>[time]</c>.</param>
    /// <param name="weights">Receives the loss weight of each token but the first as a target, <c>[time − 1]</c>.</param>
    public void Fill(long index, Span<long> ids, Span<float> weights)
    {
        int end = _tokenizer.EndOfSequenceIds[0], position = 0;
        float weight = 1;
        Put(end, ids, weights);
        for (uint document = 0; position < ids.Length; document++)
        {
            var text = _corpus[checked((uint)(index * DocumentsPerRow + document))];
            weight = (float)_recipe.PromptWeight;
            foreach (int id in _tokenizer.Encode(text.Prompt)) Put(id, ids, weights);
            weight = 1;
            foreach (int id in _tokenizer.Encode(text.Response)) Put(id, ids, weights);
            Put(end, ids, weights);
        }

        void Put(int id, Span<long> row, Span<float> rowWeights)
        {
            if (position >= row.Length) return;
            row[position] = id;
            if (position > 0) rowWeights[position - 1] = weight;
            position++;
        }
    }
}
