using Tilt.Inference.Methods.Contracts;
using Tilt.Rollouts;
using Tilt.Verification;

namespace Tilt.Cli.Commands;

/// <summary>The answers that responses give, in the classes that the verifier makes; nothing is compared with a gold answer.</summary>
internal sealed class ResponseAnswers(ITokenizer tokenizer)
{
    // The verifier finds the answer of a response while it judges it; what it is judged against changes nothing of what is found.
    private const string AnyGold = "0";

    private readonly Verifier _verifier = new();

    /// <summary>The answer in canonical form, or null where the response has no readable one.</summary>
    public string? Of(Completion completion)
    {
        Verdict verdict = _verifier.Verify(AnyGold, tokenizer.Decode(completion.ResponseIds, skipSpecialTokens: true));
        return verdict.Status is VerdictStatus.Correct or VerdictStatus.Incorrect ? verdict.PredictionCanonical : null;
    }

    /// <summary>An <see cref="AnswerReader"/>.</summary>
    public ValueTask<string?[]> ReadAsync(IReadOnlyList<CandidateResponse> responses, CancellationToken cancellationToken)
    {
        var answers = new string?[responses.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            answers[i] = Of(responses[i].Completion);
        }
        return ValueTask.FromResult(answers);
    }
}
