using System.Text.Encodings.Web;
using System.Text.Json;
using Tilt.HuggingFace.Tokenizers.PreTokenization;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>The <c>tokenizer.json</c> that a GGUF file stands for: a byte-level byte-pair tokenizer.</summary>
internal static class GgufTokenizerFile
{
    private static readonly JsonWriterOptions Indented =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a file has a tokenizer of any kind.</summary>
    public static bool IsIn(GgufFile file) => file.Values.OptionalText("tokenizer.ggml.model") is not (null or "none");

    /// <summary>The content.</summary>
    /// <exception cref="InputException">The tokenizer is of a kind that is not supported, or damaged.</exception>
    public static byte[] Write(GgufFile file)
    {
        GgufPreTokenizer splitter = PreTokenizer(file);
        var vocabulary = new GgufVocabulary(file);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteNull("truncation");
            json.WriteNull("padding");
            WriteAddedTokens(json, vocabulary);
            if (file.Values.Flag("tokenizer.ggml.normalizer.nfc") ?? splitter.NormalizesNfc) WriteStep(json, "normalizer", "NFC");
            else json.WriteNull("normalizer");
            WritePreTokenizer(json, splitter.Kind);
            WritePostProcessor(json, file, vocabulary, splitter);
            json.WriteStartObject("decoder");
            WriteByteLevel(json, usesRegex: true, addsPrefixSpace: true);
            json.WriteEndObject();
            WriteModel(json, file, vocabulary, splitter);
            json.WriteEndObject();
        }
        return buffer.ToArray();
    }

    private static GgufPreTokenizer PreTokenizer(GgufFile file)
    {
        if (file.Values.Text("tokenizer.ggml.model") is var model and not "gpt2")
            throw new InputException($"'{file.Path}' has a tokenizer of the kind '{model}' (tokenizer.ggml.model), which is not "
                + "supported; supported are byte-level byte-pair tokenizers, 'gpt2'.");
        string known = string.Join(", ", GgufPreTokenizer.All.Select(one => one.Name));
        string name = file.Values.OptionalText("tokenizer.ggml.pre")
            ?? throw new InputException($"'{file.Path}' does not say how its tokenizer splits text: it has no key 'tokenizer.ggml.pre' "
                + $"(known here are {known}). Convert the model again with a current llama.cpp.");
        return GgufPreTokenizer.All.FirstOrDefault(one => one.Name == name)
            ?? throw new InputException($"'{file.Path}' has a tokenizer that splits text by '{name}' (tokenizer.ggml.pre), which is not "
                + $"known here; known are {known}.");
    }

    private static void WriteAddedTokens(Utf8JsonWriter json, GgufVocabulary vocabulary)
    {
        json.WriteStartArray("added_tokens");
        for (int id = 0; id < vocabulary.Count; id++)
        {
            if (!vocabulary.IsAdded(id)) continue;
            json.WriteStartObject();
            json.WriteNumber("id", id);
            json.WriteString("content", vocabulary.Tokens[id]);
            foreach (string flag in (string[])["single_word", "lstrip", "rstrip", "normalized"]) json.WriteBoolean(flag, false);
            json.WriteBoolean("special", vocabulary.IsSpecial(id));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WritePreTokenizer(Utf8JsonWriter json, PreTokenizerKind kind)
    {
        json.WriteStartObject("pre_tokenizer");
        if (kind != PreTokenizerKind.Gpt2)
        {
            json.WriteString("type", "Sequence");
            json.WriteStartArray("pretokenizers");
            json.WriteStartObject();
            if (kind == PreTokenizerKind.SmolLm)
            {
                json.WriteString("type", "Digits");
                json.WriteBoolean("individual_digits", true);
            }
            else
            {
                json.WriteString("type", "Split");
                json.WriteStartObject("pattern");
                json.WriteString("Regex", kind == PreTokenizerKind.Llama3 ? WellKnownPatterns.Llama3 : WellKnownPatterns.Qwen2);
                json.WriteEndObject();
                json.WriteString("behavior", "Isolated");
                json.WriteBoolean("invert", false);
            }
            json.WriteEndObject();
            json.WriteStartObject();
            WriteByteLevel(json, usesRegex: kind == PreTokenizerKind.SmolLm);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        else WriteByteLevel(json, usesRegex: true);
        json.WriteEndObject();
    }

    private static void WriteByteLevel(Utf8JsonWriter json, bool usesRegex, bool addsPrefixSpace = false)
    {
        json.WriteString("type", "ByteLevel");
        json.WriteBoolean("add_prefix_space", addsPrefixSpace);
        json.WriteBoolean("trim_offsets", true);
        json.WriteBoolean("use_regex", usesRegex);
    }

    private static void WriteStep(Utf8JsonWriter json, string name, string type)
    {
        json.WriteStartObject(name);
        json.WriteString("type", type);
        json.WriteEndObject();
    }

    /// <summary>The tokens before and after a text.</summary>
    private static void WritePostProcessor(Utf8JsonWriter json, GgufFile file, GgufVocabulary vocabulary, GgufPreTokenizer splitter)
    {
        const string Begin = "tokenizer.ggml.bos_token_id", End = "tokenizer.ggml.eos_token_id";
        int? before = (file.Values.Flag("tokenizer.ggml.add_bos_token") ?? splitter.AddsBegin) ? file.Values.Id(Begin) : null;
        int? after = file.Values.Flag("tokenizer.ggml.add_eos_token") == true ? file.Values.Id(End) : null;
        if (before is null && after is null)
        {
            json.WriteNull("post_processor");
            return;
        }
        string? first = before is { } begin ? vocabulary.TextOf(begin, Begin) : null;
        string? last = after is { } end ? vocabulary.TextOf(end, End) : null;
        json.WriteStartObject("post_processor");
        json.WriteString("type", "TemplateProcessing");
        json.WriteStartArray("single");
        WritePieces(json, first, last, "A", 0);
        json.WriteEndArray();
        json.WriteStartArray("pair");
        WritePieces(json, first, last, "A", 0);
        WritePieces(json, first, last, "B", 1);
        json.WriteEndArray();
        json.WriteStartObject("special_tokens");
        foreach ((string token, int id) in new[] { (first, before), (last, after) }.Where(pair => pair.Item2 is not null)
            .Select(pair => (pair.Item1!, pair.Item2!.Value)).Distinct())
        {
            json.WriteStartObject(token);
            json.WriteString("id", token);
            json.WriteStartArray("ids");
            json.WriteNumberValue(id);
            json.WriteEndArray();
            json.WriteStartArray("tokens");
            json.WriteStringValue(token);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WritePieces(Utf8JsonWriter json, string? first, string? last, string sequence, int type)
    {
        foreach ((string kind, string? id) in new[] { ("SpecialToken", first), ("Sequence", sequence), ("SpecialToken", last) })
        {
            if (id is null) continue;
            json.WriteStartObject();
            json.WriteStartObject(kind);
            json.WriteString("id", id);
            json.WriteNumber("type_id", type);
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static void WriteModel(Utf8JsonWriter json, GgufFile file, GgufVocabulary vocabulary, GgufPreTokenizer splitter)
    {
        json.WriteStartObject("model");
        json.WriteString("type", "BPE");
        foreach (string key in (string[])["dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"]) json.WriteNull(key);
        json.WriteBoolean("fuse_unk", false);
        json.WriteBoolean("byte_fallback", false);
        json.WriteBoolean("ignore_merges", splitter.IgnoresMerges);
        json.WriteStartObject("vocab");
        for (int id = 0; id < vocabulary.WordCount; id++)
            if (!vocabulary.IsPadding(id)) json.WriteNumber(vocabulary.Tokens[id], id);
        json.WriteEndObject();
        json.WriteStartArray("merges");
        foreach (string merge in file.Values.Texts("tokenizer.ggml.merges")) json.WriteStringValue(merge);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
