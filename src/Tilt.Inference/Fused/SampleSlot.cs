using Tilt.Inference.Vectors;
using Tilt.Rollouts;

namespace Tilt.Inference.Fused;

/// <summary>A prompt that several responses continue.</summary>
internal sealed class SharedPrompt(int group, int[] ids, int logitStride)
{
    /// <summary>Number of the prompt.</summary>
    public int Group { get; } = group;

    /// <summary>Its tokens.</summary>
    public int[] Ids { get; } = ids;

    /// <summary>Its keys and values.</summary>
    public CachedSequence Cache { get; } = new();

    /// <summary>Logits after its last token.</summary>
    public AlignedBuffer Logits { get; } = new(logitStride);

    /// <summary>Tokens read.</summary>
    public int Read { get; set; }

    /// <summary>Whether all of it is read.</summary>
    public bool IsRead => Read == Ids.Length;
}

/// <summary>A place in a block: the response that grows in it.</summary>
internal sealed class SampleSlot(SamplingOptions options)
{
    private readonly int[] _tokens = new int[options.MaxNewTokens];
    private readonly float[] _samplingLogProbabilities = new float[options.MaxNewTokens];
    private readonly float[] _logProbabilities = new float[options.MaxNewTokens];
    private readonly float[]? _entropies = options.RecordEntropies ? new float[options.MaxNewTokens] : null;
    private SampleRequest _request;

    /// <summary>Keys and values.</summary>
    public CachedSequence Cache { get; } = new();

    /// <summary>Index of the request.</summary>
    public int Request { get; private set; }

    /// <summary>The prompt while it is awaited.</summary>
    public SharedPrompt? Prompt { get; set; }

    /// <summary>Tokens drawn.</summary>
    public int Count { get; private set; }

    /// <summary>The token drawn last.</summary>
    public int LastToken => _tokens[Count - 1];

    /// <summary>Begins a response.</summary>
    public void Assign(int index, in SampleRequest request, SharedPrompt prompt)
    {
        Request = index;
        _request = request;
        Prompt = prompt;
        Count = 0;
    }

    /// <summary>The random number of the next position.</summary>
    public double Uniform() => _request.Stream.Uniform((uint)Count);

    /// <summary>Records a token.</summary>
    public void Append(in TokenDraw draw)
    {
        _tokens[Count] = draw.Token;
        _samplingLogProbabilities[Count] = draw.SamplingLogProbability;
        _logProbabilities[Count] = draw.LogProbability;
        if (_entropies is not null) _entropies[Count] = draw.Entropy;
        Count++;
    }

    /// <summary>The finished response.</summary>
    public Completion Complete(StopReason reason) => new(
        _request.PromptIds, _tokens.AsSpan(0, Count).ToArray(), _samplingLogProbabilities.AsSpan(0, Count).ToArray(),
        _logProbabilities.AsSpan(0, Count).ToArray(), reason)
    {
        Entropies = _entropies?.AsSpan(0, Count).ToArray(),
    };
}
