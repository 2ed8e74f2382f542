using Tilt.Rollouts;

namespace Tilt.Inference.Methods.Responses;

/// <summary>A response under construction: token ids with their log-probabilities.</summary>
internal sealed class PartialResponse
{
    private readonly int[] _tokens;
    private readonly float[] _samplingLogProbabilities;
    private readonly float[] _logProbabilities;
    private readonly float[]? _entropies;

    /// <summary>Makes an empty response with room for <paramref name="capacity"/> tokens.</summary>
    public PartialResponse(int[] promptIds, int capacity, bool recordEntropies = false)
    {
        PromptIds = promptIds;
        _tokens = new int[capacity];
        _samplingLogProbabilities = new float[capacity];
        _logProbabilities = new float[capacity];
        _entropies = recordEntropies ? new float[capacity] : null;
    }

    public int[] PromptIds { get; }

    public int Length { get; private set; }

    public int LastToken => _tokens[Length - 1];

    /// <summary>Whether the last token ended the response.</summary>
    public bool Finished { get; private set; }

    /// <summary>Response position t draws with number <see cref="FirstNumber"/> + t of this stream.</summary>
    public RandomStream Stream { get; init; }

    public uint FirstNumber { get; init; }

    /// <summary>The first <paramref name="length"/> tokens as the beginning of a new response.</summary>
    public PartialResponse Prefix(int length, RandomStream stream, uint firstNumber)
    {
        var prefix = new PartialResponse(PromptIds, _tokens.Length, _entropies is not null)
        {
            Stream = stream,
            FirstNumber = firstNumber,
            Length = length
        };
        _tokens.AsSpan(0, length).CopyTo(prefix._tokens);
        _samplingLogProbabilities.AsSpan(0, length).CopyTo(prefix._samplingLogProbabilities);
        _logProbabilities.AsSpan(0, length).CopyTo(prefix._logProbabilities);
        _entropies?.AsSpan(0, length).CopyTo(prefix._entropies);
        return prefix;
    }

    public void Append(int token, float samplingLogProbability, float logProbability, float entropy, bool finishes)
    {
        _tokens[Length] = token;
        _samplingLogProbabilities[Length] = samplingLogProbability;
        _logProbabilities[Length] = logProbability;
        if (_entropies is not null) _entropies[Length] = entropy;
        Length++;
        Finished = finishes;
    }

    /// <summary>Prompt and tokens so far.</summary>
    public int[] Context() => [.. PromptIds, .. _tokens.AsSpan(0, Length)];

    /// <summary>The sums that the acceptance rule needs for the tokens from <paramref name="position"/> on.</summary>
    public ResponseSuffix Suffix(int position)
    {
        double logProbability = 0, proposalLogProbability = 0;
        for (int t = position; t < Length; t++)
        {
            logProbability += _logProbabilities[t];
            proposalLogProbability += _samplingLogProbabilities[t];
        }
        return new ResponseSuffix(logProbability, proposalLogProbability, Length);
    }

    public Completion ToCompletion() => new(
        PromptIds,
        _tokens[..Length],
        _samplingLogProbabilities[..Length],
        _logProbabilities[..Length],
        Finished ? StopReason.EndOfSequence : StopReason.Length)
    {
        Entropies = _entropies?[..Length],
    };
}
