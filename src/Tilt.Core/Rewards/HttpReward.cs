using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tilt.Rewards;

/// <summary>How <see cref="HttpReward"/> talks to its service.</summary>
public sealed record HttpRewardOptions
{
    /// <summary>Where batches are posted to.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Most responses in one request. Default: 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Tries of one request. Default: 4.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>Time-out of one try. Default: 60 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Wait before the second try; doubled before every further one. Default: 0.5 seconds.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(0.5);
}

/// <summary>
/// A user's own reward service. Posts <c>{"responses": [{"id", "problem", "answer", "response"}, …]}</c> and expects
/// <c>{"scores": [{"value", "outcome"?, "answer"?} or a number, …]}</c> in the same order; outcome is correct, incorrect, unparsable or
/// over_budget (default: correct for a positive value, else incorrect). Connection failures, time-outs, 408, 429 and 5xx are tried again.
/// </summary>
/// <param name="client">The client; its own time-out should be longer than the options'.</param>
/// <param name="options">Endpoint, batches, tries.</param>
/// <param name="time">The clock that waits run on; the system's when null.</param>
public sealed class HttpReward(HttpClient client, HttpRewardOptions options, TimeProvider? time = null) : IReward
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <inheritdoc/>
    public string Name => "http";

    /// <inheritdoc/>
    /// <exception cref="InputException">The service cannot be reached, refuses the request or answers in another form.</exception>
    public async ValueTask<RewardScore[]> ScoreAsync(IReadOnlyList<ScoredResponse> responses, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(responses);
        var scores = new List<RewardScore>(responses.Count);
        for (int start = 0; start < responses.Count; start += options.BatchSize)
        {
            ScoredResponse[] batch = [.. responses.Skip(start).Take(options.BatchSize)];
            scores.AddRange(await ScoreBatchAsync(batch, cancellationToken).ConfigureAwait(false));
        }
        return [.. scores];
    }

    private async Task<RewardScore[]> ScoreBatchAsync(ScoredResponse[] batch, CancellationToken cancellationToken)
    {
        TimeSpan delay = options.FirstDelay;
        for (int attempt = 1; ; attempt++)
        {
            (RewardScore[]? scores, string failure, bool final, Exception? cause) =
                await TryOnceAsync(batch, cancellationToken).ConfigureAwait(false);
            if (scores is not null) return scores;
            if (final || attempt >= options.Attempts)
                throw new InputException($"The reward service at {options.Endpoint} failed "
                    + $"after {attempt} {(attempt == 1 ? "try" : "tries")}: {failure}", cause!);
            await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
            delay *= 2;
        }
    }

    private async Task<(RewardScore[]? Scores, string Failure, bool Final, Exception? Cause)> TryOnceAsync(ScoredResponse[] batch,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var request =
                new Request([.. batch.Select(item => new Item(item.Problem.Id, item.Problem.Text, item.Problem.Answer, item.Text))]);
            using HttpResponseMessage reply = await client.PostAsJsonAsync(options.Endpoint, request, either.Token).ConfigureAwait(false);
            string body = await reply.Content.ReadAsStringAsync(either.Token).ConfigureAwait(false);
            if (reply.IsSuccessStatusCode) return (Parse(body, batch.Length), "", true, null);
            int status = (int)reply.StatusCode;
            bool passing = status is 408 or 429 or >= 500;
            return (null, $"it answered with status {status}: {(body.Length > 300 ? body[..300] + "…" : body)}", !passing, null);
        }
        catch (HttpRequestException exception)
        {
            return (null, $"it cannot be reached: {exception.Message}", false, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"it did not answer within {options.Timeout.TotalSeconds:0.###} s.", false, exception);
        }
    }

    private RewardScore[] Parse(string body, int expected)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("scores", out JsonElement list) && list.ValueKind == JsonValueKind.Array)
            {
                RewardScore[] scores = [.. list.EnumerateArray().Select(ParseScore)];
                if (scores.Length == expected) return scores;
                throw new InputException(
                    $"The reward service at {options.Endpoint} returned {scores.Length} scores for {expected} responses.");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException
            or FormatException)
        {
            throw new InputException($"The reward service at {options.Endpoint} answered with something that is no list of "
                + $"scores: {exception.Message}", exception);
        }
        throw new InputException($"The reward service at {options.Endpoint} must answer with an object that holds a list \"scores\".");
    }

    private static RewardScore ParseScore(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Number) return Make(element.GetDouble(), null, null);
        string? outcome = element.TryGetProperty("outcome", out JsonElement given) ? given.GetString() : null;
        string? answer = element.TryGetProperty("answer", out JsonElement text) ? text.GetString() : null;
        return Make(element.GetProperty("value").GetDouble(), outcome, answer);
    }

    private static RewardScore Make(double value, string? outcome, string? answer)
    {
        if (!double.IsFinite(value)) throw new FormatException($"A score is {value}.");
        return new(value, outcome switch
        {
            null => value > 0 ? RewardOutcome.Correct : RewardOutcome.Incorrect,
            "correct" => RewardOutcome.Correct,
            "incorrect" => RewardOutcome.Incorrect,
            "unparsable" => RewardOutcome.Unparsable,
            "over_budget" => RewardOutcome.OverBudget,
            _ => throw new FormatException($"The outcome '{outcome}' is none of correct, incorrect, unparsable, over_budget."),
        }, answer);
    }

    private sealed record Request([property: JsonPropertyName("responses")] Item[] Responses);

    private sealed record Item(
        [property: JsonPropertyName("id")] string Id,
        [property: JsonPropertyName("problem")] string Problem,
        [property: JsonPropertyName("answer")] string Answer,
        [property: JsonPropertyName("response")] string Response);
}
