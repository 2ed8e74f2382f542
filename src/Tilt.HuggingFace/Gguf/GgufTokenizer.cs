using Tilt.Files;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.GgufModels;
using Tilt.HuggingFace.Tokenizers;
using Tilt.HuggingFace.Tokenizers.PreTokenization;

namespace Tilt.HuggingFace.Gguf;

/// <summary>The keys that describe a tokenizer to llama.cpp, in the order of its converter.</summary>
internal static class GgufTokenizer
{
    private const string WithoutTokenizer = "Export without tokenizer (--no-tokenizer): llama.cpp then takes and gives token ids.";

    /// <summary>llama.cpp's numbers for what a token is.</summary>
    private enum TokenKind
    {
        Normal = 1,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
    }

    /// <summary>What stands for a tokenizer in a file that has none.</summary>
    public static IEnumerable<GgufEntry> None => [GgufEntry.Text("tokenizer.ggml.model", "none")];

    /// <summary>Reads the tokenizer of a model folder.</summary>
    /// <exception cref="InputException">A file is missing or malformed, or llama.cpp has no tokenizer that does the same; the message says
    /// why.</exception>
    public static IReadOnlyList<GgufEntry> Read(string folder, ModelConfiguration model)
    {
        string path = Path.Combine(folder, "tokenizer.json");
        if (ModelFile.ReadIfThere(path) is { } file)
        {
            using (file)
            {
                string kind = JsonFile.Guarded(path, () => JsonFile.OptionalText(file.RootElement, "model.type", path)) ?? "BPE";
                if (kind != "BPE")
                    throw new InputException($"'{path}' describes a tokenizer of type {kind}, which GGUF files cannot hold; they can hold "
                        + $"byte-level byte-pair tokenizers. {WithoutTokenizer}");
            }
        }
        else if (!File.Exists(Path.Combine(folder, "vocab.json")))
            throw new InputException($"'{folder}' has a SentencePiece tokenizer (tokenizer.model) alone, which cannot be exported. Save it "
                + $"with Transformers as tokenizer.json if it is a byte-level one. {WithoutTokenizer}");
        return [.. Of(BytePairTokenizerReader.Read(folder), model, folder)];
    }

    /// <summary>The entries of a tokenizer.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="model">The model; its further rows become unused tokens.</param>
    /// <param name="folder">Where it came from, for messages.</param>
    /// <exception cref="InputException">llama.cpp has no tokenizer that does the same.</exception>
    public static IEnumerable<GgufEntry> Of(BytePairTokenizerData tokenizer, ModelConfiguration model, string folder)
    {
        if (tokenizer.Tokens.Count > model.VocabularySize)
            throw new InputException($"The tokenizer in '{folder}' has ids up to {tokenizer.Tokens.Count - 1}, but the model "
                + $"has {model.VocabularySize} rows (vocab_size in config.json). They do not belong together.");
        (int? begin, bool addBegin) = Begin(tokenizer, model, folder);
        if (tokenizer.EndOfSequenceIds is not [int end, ..])
            throw new InputException($"No file of '{folder}' names an end-of-sequence token, so no response could end. Give 'eos_token' in "
                + $"tokenizer_config.json or 'eos_token_id' in generation_config.json. {WithoutTokenizer}");
        string?[] tokens = [.. tokenizer.Tokens, .. new string?[model.VocabularySize - tokenizer.Tokens.Count]];
        yield return GgufEntry.Text("tokenizer.ggml.model", "gpt2");
        yield return GgufEntry.Text("tokenizer.ggml.pre", PreTokenizer(tokenizer, folder));
        yield return GgufEntry.Texts("tokenizer.ggml.tokens", [.. tokens.Select((token, id) => token ?? $"[PAD{id}]")]);
        yield return GgufEntry.Integers("tokenizer.ggml.token_type", [.. Kinds(tokens, tokenizer.AddedTokens).Select(kind => (int)kind)]);
        yield return GgufEntry.Texts("tokenizer.ggml.merges",
            [.. tokenizer.Merges.Select(merge => $"{tokens[merge.Left]} {tokens[merge.Right]}")]);
        if (begin is { } id) yield return GgufEntry.Count("tokenizer.ggml.bos_token_id", id);
        yield return GgufEntry.Count("tokenizer.ggml.eos_token_id", end);
        if (tokenizer.PaddingId is { } padding) yield return GgufEntry.Count("tokenizer.ggml.padding_token_id", padding);
        yield return GgufEntry.Flag("tokenizer.ggml.add_bos_token", addBegin);
        yield return GgufEntry.Flag("tokenizer.ggml.add_eos_token", AddsEnd(tokenizer, end, folder));
        if (tokenizer.ChatTemplate is { } template) yield return GgufEntry.Text("tokenizer.chat_template", template);
        if (tokenizer.NormalizeNfc) yield return GgufEntry.Flag("tokenizer.ggml.normalizer.nfc", true);
    }

    private static TokenKind[] Kinds(string?[] tokens, IReadOnlyList<AddedToken> added)
    {
        TokenKind[] kinds = [.. tokens.Select(token => token is null ? TokenKind.Unused : TokenKind.Normal)];
        foreach (AddedToken token in added) kinds[token.Id] = token.Special ? TokenKind.Control : TokenKind.UserDefined;
        return kinds;
    }

    // Llama 3's pre-tokenizer takes whole words before merges in llama.cpp; the others never do.
    private static string PreTokenizer(BytePairTokenizerData tokenizer, string folder) =>
        (tokenizer.PreTokenizerKind, tokenizer.IgnoreMerges) switch
        {
            (PreTokenizerKind.Llama3, true) => "llama-bpe",
            (PreTokenizerKind.Llama3, false) => "smaug-bpe",
            (PreTokenizerKind.Qwen2, false) => "qwen2",
            (PreTokenizerKind.Gpt2, false) => "gpt-2",
            (PreTokenizerKind.SmolLm, false) => "smollm",
            var (kind, ignoreMerges) =>
                throw new InputException($"The tokenizer in '{folder}' has "
                    + (kind == PreTokenizerKind.Other
                        ? "a pre-tokenizer of its own"
                        : $"the pre-tokenizer {kind} with ignore_merges {(ignoreMerges ? "true" : "false")}")
                    + ", which has no name in llama.cpp that is known here; Llama 3's, Qwen's, GPT-2's and SmolLM2's have. "
                    + WithoutTokenizer),
        };

    private static (int? Id, bool Added) Begin(BytePairTokenizerData tokenizer, ModelConfiguration model, string folder) =>
        (tokenizer.Prefix, tokenizer.BeginOfSequenceId) switch
        {
            ([], var id) => (id ?? model.BeginOfSequenceId, false),
            ([var first], var id) when id is null || id == first => (first, true),
            var (prefix, _) =>
                throw new InputException($"The tokenizer in '{folder}' puts the ids {string.Join(", ", prefix)} before a text; llama.cpp "
                    + $"can put the begin-of-sequence token there and nothing else. {WithoutTokenizer}"),
        };

    private static bool AddsEnd(BytePairTokenizerData tokenizer, int end, string folder) => tokenizer.Suffix switch
    {
        [] => false,
        [var last] when last == end => true,
        var suffix =>
            throw new InputException($"The tokenizer in '{folder}' puts the ids {string.Join(", ", suffix)} after a text; llama.cpp can "
                + $"put the end-of-sequence token there and nothing else. {WithoutTokenizer}"),
    };
}
