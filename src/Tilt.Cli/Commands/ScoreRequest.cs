using Tilt.Files;
using Tilt.HuggingFace.Architecture;
using Tilt.Rollouts;

namespace Tilt.Cli.Commands;

/// <summary>A sequence to score.</summary>
/// <param name="Sequence">What is given and what is scored.</param>
/// <param name="WholeSequence">The line gave tokens; the first of them is the prompt.</param>
internal sealed record ScoreRequest(TokenSequence Sequence, bool WholeSequence);

/// <summary>Reads the lines of <c>tilt score</c>; the tokenizer is loaded only when a line needs it.</summary>
internal sealed class ScoreRequestReader
{
    private readonly ModelConfiguration _configuration;
    private readonly PromptReader _prompts;

    public ScoreRequestReader(string folder, ModelConfiguration configuration, string? template) =>
        (_configuration, _prompts) = (configuration, new(folder, template));

    /// <summary>The request of a line.</summary>
    /// <exception cref="InputException">The line asks for nothing, has no tokens, is too long, or holds an id outside the model's
    /// vocabulary.</exception>
    public ScoreRequest Read(JsonLine line)
    {
        ScoreRequest request;
        try
        {
            request = line.Has("tokens") ? OfTokens(line.Ids("tokens"))
                : line.Has("response") && line.Has("messages") ? OfConversation(line)
                : line.Has("response") && line.Has("prompt") ? OfPrompt(line)
                : throw line.Error("a line needs \"tokens\", \"prompt\" and \"response\", or \"messages\" and \"response\".");
        }
        catch (FormatException e)
        {
            throw line.Error(e.Message, e);
        }
        Check(request.Sequence, line);
        return request;
    }

    private static ScoreRequest OfTokens(int[] tokens) =>
        new(new(tokens[..Math.Min(1, tokens.Length)], tokens[Math.Min(1, tokens.Length)..]), WholeSequence: true);

    private ScoreRequest OfPrompt(JsonLine line) =>
        new(new(_prompts.OfText(line), _prompts.Tokenizer.Encode(line.Text("response"))), WholeSequence: false);

    private ScoreRequest OfConversation(JsonLine line)
    {
        int[] prompt = _prompts.OfConversation(line), response = _prompts.Tokenizer.Encode(line.Text("response"));
        if (_prompts.TurnEnd is { } end && (response.Length == 0 || response[^1] != end)) response = [.. response, end];
        return new(new(prompt, response), WholeSequence: false);
    }

    private void Check(TokenSequence sequence, JsonLine line)
    {
        if (sequence.PromptIds.Length == 0) throw line.Error("there is no token before the first one to score; at least one is needed.");
        if (_configuration.Limits.Problem([.. sequence.PromptIds, .. sequence.ResponseIds]) is { } problem)
            throw line.Error($"the sequence {problem}.");
    }
}
