using Tilt.HuggingFace.Families;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.Architecture;

/// <summary>
/// Shape of a decoder-only transformer of one of the <see cref="ModelFamilies"/>, as a Hugging Face <c>config.json</c> states it.
/// </summary>
public sealed record ModelConfiguration
{
    /// <summary>Its family (<c>model_type</c>).</summary>
    public required ModelFamily Family { get; init; }

    /// <summary>Rows of the embedding (<c>vocab_size</c>).</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream (<c>hidden_size</c>).</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the gated MLP (<c>intermediate_size</c>).</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of blocks (<c>num_hidden_layers</c>).</summary>
    public required int LayerCount { get; init; }

    /// <summary>Query heads (<c>num_attention_heads</c>).</summary>
    public required int HeadCount { get; init; }

    /// <summary>Key/value heads (<c>num_key_value_heads</c>); divides <see cref="HeadCount"/>.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>Width of a head (<c>head_dim</c>, or hidden size over query heads).</summary>
    public required int HeadSize { get; init; }

    /// <summary>Most positions (<c>max_position_embeddings</c>).</summary>
    public required int ContextLength { get; init; }

    /// <summary>What sequences the model takes.</summary>
    public SequenceLimits Limits => new(ContextLength, VocabularySize);

    /// <summary>Added to the mean square in RMSNorm (<c>rms_norm_eps</c>).</summary>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>Base of the rotary frequencies (<c>rope_theta</c>).</summary>
    public double RopeTheta { get; init; } = 10000;

    /// <summary>Llama-3 rotary scaling, or null (<c>rope_scaling</c>).</summary>
    public Llama3RopeScaling? RopeScaling { get; init; }

    /// <summary>The output matrix is the embedding (<c>tie_word_embeddings</c>).</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>All that an engine must know to compute the model: what the family has, and what this model adds.</summary>
    public BlockFeatures Features =>
        Family.Features | (TiedEmbeddings ? BlockFeatures.TiedEmbeddings : BlockFeatures.None)
        | (RopeScaling is null ? BlockFeatures.None : BlockFeatures.Llama3Rotary);

    /// <summary>Query, key and value projections have biases.</summary>
    public bool AttentionBias => Features.HasFlag(BlockFeatures.AttentionBias);

    /// <summary>Queries and keys are normalised per head.</summary>
    public bool HeadNorms => Features.HasFlag(BlockFeatures.HeadNorms);

    /// <summary>Ids that end a response (<c>eos_token_id</c> of <c>generation_config.json</c>, else of <c>config.json</c>).</summary>
    public IReadOnlyList<int> EndOfSequenceIds { get; init; } = [];

    /// <summary>Id put before documents (<c>bos_token_id</c>), or null.</summary>
    public int? BeginOfSequenceId { get; init; }
}

/// <summary>
/// Rotary scaling of Llama 3.1 and later: low frequencies are divided by <paramref name="Factor"/>, high ones kept, the rest interpolated.
/// </summary>
/// <param name="Factor">Divisor of low frequencies (<c>factor</c>).</param>
/// <param name="LowFrequencyFactor"><c>low_freq_factor</c>.</param>
/// <param name="HighFrequencyFactor"><c>high_freq_factor</c>.</param>
/// <param name="OriginalContextLength"><c>original_max_position_embeddings</c>.</param>
public sealed record Llama3RopeScaling(double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalContextLength);
