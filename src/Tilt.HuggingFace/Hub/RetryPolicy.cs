using System.Globalization;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Tilt.HuggingFace.Hub;

/// <summary>How often and after which waits a try that failed in passing is repeated.</summary>
internal sealed partial class RetryPolicy(HubOptions options, TimeProvider time)
{
    /// <summary>Does the work, again after every <see cref="TransientFailure"/> until the attempts are used up.</summary>
    /// <param name="subject">What it is about: the beginning of the message.</param>
    /// <param name="work">One try.</param>
    /// <param name="note">Told of every failure that is tried again.</param>
    /// <param name="cancellationToken">Ends tries and waits.</param>
    /// <exception cref="HubException">All attempts failed, or the hub asks for a longer wait than is accepted.</exception>
    public async Task<T> RunAsync<T>(string subject, Func<CancellationToken, Task<T>> work, Action<string>? note,
        CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await work(cancellationToken).ConfigureAwait(false);
            }
            catch (TransientFailure failure)
            {
                await WaitAsync(subject, failure, attempt, note, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits before the next try.</summary>
    /// <exception cref="HubException">There is none: that was the last attempt, or the wait asked for is too long.</exception>
    public async Task WaitAsync(string subject, TransientFailure failure, int failures, Action<string>? note,
        CancellationToken cancellationToken)
    {
        string said = $"{subject} {failure.Message}";
        if (failures >= options.Attempts)
            throw new HubException($"{said}, {(failures == 1 ? "at the only try" : $"after {failures} tries in a row without progress")}. "
                + $"{failure.Remedy}", failure);
        TimeSpan delay = options.FirstDelay * Math.Pow(2, Math.Min(failures - 1, 20));
        if (failure.Wait > options.LongestDelay)
            throw new HubException($"{said}, and asks to wait {failure.Wait.Value.TotalMinutes:0} minutes. {failure.Remedy}", failure);
        if (failure.Wait > delay) delay = failure.Wait.Value;
        if (delay > options.LongestDelay) delay = options.LongestDelay;
        note?.Invoke(string.Create(CultureInfo.InvariantCulture,
            $"{said}; again in {delay.TotalSeconds:0.#} s (try {failures + 1} of {options.Attempts})."));
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The wait that a reply asks for, by <c>Retry-After</c> (seconds or date) or <c>RateLimit</c> (<c>"api";r=0;t=55</c>).
    /// </summary>
    public static TimeSpan? WaitOf(HttpResponseHeaders headers, TimeProvider time)
    {
        if (headers.RetryAfter is { Delta: { } delta }) return delta;
        if (headers.RetryAfter is { Date: { } date }) return date - time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero;
        if (!headers.TryGetValues("RateLimit", out var values)) return null;
        Match match = RateLimitPattern().Match(string.Join(',', values));
        return match.Success && double.TryParse(match.Groups["t"].Value, NumberStyles.None, CultureInfo.InvariantCulture,
            out double seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, 1e6)) : null;
    }

    /// <summary>Only a limit with nothing remaining (r=0) asks to wait.</summary>
    [GeneratedRegex(@";\s*r\s*=\s*0\s*;\s*t\s*=\s*(?<t>\d+)")]
    private static partial Regex RateLimitPattern();
}
