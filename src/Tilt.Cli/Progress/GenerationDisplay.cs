using System.Globalization;

namespace Tilt.Cli.Progress;

/// <summary>The line that shows how far a generation has come: prompts done, tokens, their rate, time left.</summary>
internal sealed class GenerationDisplay : IProgress<GenerationProgress>, IDisposable
{
    private readonly ProgressLine _line = new();

    /// <inheritdoc/>
    public void Report(GenerationProgress value) => _line.Show((double)value.Prompts / value.AllPrompts, () => Text(value, _line.Elapsed));

    public void Dispose() => _line.Dispose();

    /// <summary>The line.</summary>
    /// <param name="value">How far it has come.</param>
    /// <param name="elapsed">Since the start of this run.</param>
    internal static string Text(GenerationProgress value, TimeSpan elapsed)
    {
        double rate = value.Tokens / Math.Max(1e-3, elapsed.TotalSeconds);
        int done = value.Prompts - value.Resumed, left = value.AllPrompts - value.Prompts;
        long running = value.Tokens - value.WrittenTokens;
        // Finished prompts tell how long the others are likely to be; before the first, the limit tells how long they can be.
        double? tokensLeft = done > 0 ? (double)value.WrittenTokens / done * left - running : value.MostTokens is { } most
            ? (double)most * left - running : null;
        string wait = tokensLeft is { } tokens && TimeLeft.Of(elapsed, value.Tokens, Math.Max(0, tokens)) is { } time
            ? $", {(done > 0 ? "" : "at most ")}{TimeLeft.Text(time)} left"
            : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{value.Prompts:N0} of {value.AllPrompts:N0} "
            + $"prompts{(value.Resumed > 0 ? $" ({value.Resumed:N0} before)" : "")}, {value.Tokens:N0} tokens, {rate:N0} tokens/s{wait}");
    }
}
