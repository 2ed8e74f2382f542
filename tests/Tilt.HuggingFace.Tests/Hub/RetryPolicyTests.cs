using Tilt.HuggingFace.Hub;

namespace Tilt.HuggingFace.Tests.Hub;

public sealed class RetryPolicyTests
{
    private readonly RecordingClock _clock = new();

    [Fact]
    public async Task Waits_double_up_to_the_last_try()
    {
        var failure = await Assert.ThrowsAsync<HubException>(
            () => Policy().RunAsync<int>("It", _ => throw new TransientFailure("failed"), null, TestContext.Current.CancellationToken));
        Assert.Equal([1, 2, 4, 8], _clock.Waits.Select(w => w.TotalSeconds));
        Assert.StartsWith("It failed, after 5 tries", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_longer_wait_that_is_asked_for_is_kept_and_a_shorter_one_is_not()
    {
        var waits = new Queue<double>([30, 0.5]);
        await Policy().RunAsync("It",
            _ => waits.TryDequeue(out double wait)
                ? throw new TransientFailure("failed") { Wait = TimeSpan.FromSeconds(wait) }
                : Task.FromResult(1), null, TestContext.Current.CancellationToken);
        Assert.Equal([30, 2], _clock.Waits.Select(w => w.TotalSeconds));
    }

    [Theory]
    [InlineData("Retry-After", "17", 17)]
    [InlineData("Retry-After", "Thu, 01 Jan 1970 00:01:00 GMT", 60)]
    [InlineData("Retry-After", "Wed, 31 Dec 1969 23:59:00 GMT", 0)]
    [InlineData("RateLimit", "\"api\";r=0;t=55", 55)]
    [InlineData("RateLimit", "\"resolvers\"; r = 0; t = 3", 3)]
    [InlineData("RateLimit", "\"api\";r=10;t=55", null)]
    [InlineData("RateLimit", "nonsense", null)]
    [InlineData("Server", "x", null)]
    public void Waits_are_read_from_replies(string header, string value, int? seconds)
    {
        using var reply = new HttpResponseMessage();
        reply.Headers.TryAddWithoutValidation(header, value);
        Assert.Equal(seconds, RetryPolicy.WaitOf(reply.Headers, _clock)?.TotalSeconds);
    }

    private RetryPolicy Policy() => new(new HubOptions { CacheFolder = "/nowhere" }, _clock);

    /// <summary>A clock at the beginning of 1970 whose waits end at once.</summary>
    private sealed class RecordingClock : TimeProvider
    {
        public List<TimeSpan> Waits { get; } = [];

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits.Add(dueTime);
            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
