using Tilt.HuggingFace.Tokenizers.PreTokenization;

namespace Tilt.HuggingFace.GgufModels;

/// <summary>A pre-tokenizer that llama.cpp knows by name (<c>tokenizer.ggml.pre</c>), and what goes with that name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">How text is split.</param>
internal sealed record GgufPreTokenizer(string Name, PreTokenizerKind Kind)
{
    /// <summary>Whole words come before merges.</summary>
    public bool IgnoresMerges { get; init; }

    /// <summary>A file that does not say so has text brought into Unicode's form C: llama.cpp itself never does.</summary>
    public bool NormalizesNfc { get; init; }

    /// <summary>A file that does not say so has the begin-of-sequence token put before texts.</summary>
    public bool AddsBegin { get; init; }

    /// <summary>All that are known here.</summary>
    public static IReadOnlyList<GgufPreTokenizer> All { get; } =
    [
        new("llama-bpe", PreTokenizerKind.Llama3) { IgnoresMerges = true, AddsBegin = true },
        new("llama3", PreTokenizerKind.Llama3) { IgnoresMerges = true, AddsBegin = true },
        new("llama-v3", PreTokenizerKind.Llama3) { IgnoresMerges = true, AddsBegin = true },
        new("smaug-bpe", PreTokenizerKind.Llama3),
        new("qwen2", PreTokenizerKind.Qwen2) { NormalizesNfc = true },
        new("deepseek-r1-qwen", PreTokenizerKind.Qwen2),
        new("gpt-2", PreTokenizerKind.Gpt2),
        new("smollm", PreTokenizerKind.SmolLm),
    ];
}
