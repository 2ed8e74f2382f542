namespace Tilt.HuggingFace.GgufModels;

/// <summary>llama.cpp's numbers for what a token is.</summary>
internal enum GgufTokenKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>The tokens of a GGUF file: which are of the vocabulary that merges make, and which are found in text as they stand.</summary>
internal sealed class GgufVocabulary
{
    private readonly string _path;
    private readonly GgufTokenKind[] _kinds;

    /// <exception cref="InputException">The tokens make no vocabulary.</exception>
    public GgufVocabulary(GgufFile file)
    {
        _path = file.Path;
        Tokens = file.Values.Texts("tokenizer.ggml.tokens");
        _kinds = file.Values.Has("tokenizer.ggml.token_type")
            ? [.. file.Values.Integers("tokenizer.ggml.token_type").Select(kind => (GgufTokenKind)kind)]
            : [.. Tokens.Select(_ => GgufTokenKind.Normal)];
        if (_kinds.Length != Tokens.Count) throw Wrong($"{Tokens.Count} tokens and {_kinds.Length} types of tokens");
        int count = Tokens.Count;
        while (count > 0 && IsPadding(count - 1)) count--;
        Count = count;
        bool holes = false;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int id = 0; id < count; id++)
        {
            holes |= IsPadding(id);
            if (Tokens[id].Length == 0) throw Wrong($"no text for the token {id}");
            if (!seen.Add(Tokens[id])) throw Wrong($"the token '{Tokens[id]}' twice (the second time with the id {id})");
            if (!IsAdded(id)) WordCount = id + 1;
        }
        // Ids of tokens outside the vocabulary are counted from its end, which works where it has no holes alone.
        if (holes) WordCount = count;
    }

    /// <summary>Every token by its id, also those that only pad the model's rows.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>Tokens without those that only pad.</summary>
    public int Count { get; }

    /// <summary>
    /// One more than the last id of a token that merges make: tokens below are of the vocabulary even where they are added ones.
    /// </summary>
    public int WordCount { get; }

    /// <summary>Found in text as it stands.</summary>
    public bool IsAdded(int id) => _kinds[id] is GgufTokenKind.Control or GgufTokenKind.UserDefined or GgufTokenKind.Unknown;

    /// <summary>Left out when text is decoded without special tokens.</summary>
    public bool IsSpecial(int id) => _kinds[id] is GgufTokenKind.Control or GgufTokenKind.Unknown;

    /// <summary>Rows of the model without a token are called <c>[PAD1010]</c> by converters.</summary>
    public bool IsPadding(int id) => _kinds[id] == GgufTokenKind.Unused && Tokens[id] == $"[PAD{id}]";

    /// <summary>The text of a token that a key names.</summary>
    public string TextOf(int id, string key) =>
        id < Count && !IsPadding(id) ? Tokens[id] : throw Wrong($"{id} at key '{key}', which stands for no token");

    /// <summary>The error that the vocabulary is wrong.</summary>
    public InputException Wrong(string what) =>
        new($"'{_path}' has a tokenizer that cannot be used: {what}. Take another file of this model, or convert it again with a current "
            + "llama.cpp.");
}
