using System.Globalization;
using Tilt.Training.Evaluation;
using Tilt.Training.Monitor;
using Tilt.Training.Records;

namespace Tilt.Cli.Progress;

/// <summary>
/// How a training run goes: in a terminal one line that is rewritten, with a bar, and lines that stay for evaluations and findings;
/// elsewhere a line a step.
/// </summary>
internal sealed class TrainingBoard : IProgress<TrainingProgress>, IDisposable
{
    private const int Bar = 12;

    private readonly ProgressLine? _line;
    private readonly TextWriter _output;
    private double _firstSeconds = -1, _seconds;
    private int _firstStep;
    private long _tokens;
    private double? _accuracy;

    public TrainingBoard()
        : this(Console.Out, Console.IsOutputRedirected || Console.IsErrorRedirected ? null : new ProgressLine())
    {
    }

    internal TrainingBoard(TextWriter output, ProgressLine? line) => (_output, _line) = (output, line);

    public void Report(TrainingProgress value)
    {
        RunState state = value.State;
        if (_firstSeconds < 0) (_firstSeconds, _firstStep) = (state.Seconds, state.Step);
        double rate = state.Step > _firstStep
            ? (state.Seconds - _firstSeconds) / (state.Step - _firstStep)
            : state.Seconds / Math.Max(1, state.Step);
        double tokens = (state.TokensGenerated - _tokens) / Math.Max(1e-9, state.Seconds - _seconds);
        (_tokens, _seconds) = (state.TokensGenerated, state.Seconds);
        _accuracy = value.Evaluation?.Accuracy ?? _accuracy ?? (state.Curve.Count > 0 ? state.Curve[^1].Accuracy : null);
        StepFigures figures = value.Figures;
        string eta = TimeLeft.Text(TimeSpan.FromSeconds(rate * (value.Steps - state.Step)));
        if (_line is not null) _line.Show((double)state.Step / value.Steps, () => Status(value, tokens, eta));
        // Not through Spectre: it would break the line at 80 columns where there is no terminal.
        else _output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"step {state.Step,4}/{value.Steps}  reward {figures.RewardTask:0.000}  shaped {figures.RewardShaped,8:0.00}  "
            + $"length {figures.ResponseLength,5:0.0}  entropy {figures.Entropy ?? 0:0.000}  kl {figures.KlReference ?? 0,6:0.00}  "
            + $"|g| {figures.Update.GradientNorm,7:0.00}  {rate:0.00} s/step  {tokens,6:0} tokens/s  ETA {eta}"));
        foreach (Finding finding in value.Findings)
            Keep($"  {(finding.Stops ? "stops" : "warning")} ({finding.Name}): {finding.Sentence}.");
        if (value.Evaluation is { } evaluation) Keep((_line is null ? "" : $"step {state.Step}") + Selection(evaluation));
    }

    /// <inheritdoc/>
    public void Dispose() => _line?.Dispose();

    private string Status(TrainingProgress value, double tokens, string eta)
    {
        int done = Bar * value.State.Step / Math.Max(1, value.Steps);
        StepFigures figures = value.Figures;
        return string.Create(CultureInfo.InvariantCulture,
            $"{new string('█', done)}{new string('░', Bar - done)} {value.State.Step}/{value.Steps}  accuracy {_accuracy ?? 0:P1}  "
            + $"reward {figures.RewardTask:0.00}  length {figures.ResponseLength:0.0}  entropy {figures.Entropy ?? 0:0.00}  "
            + $"KL {figures.KlReference ?? 0:0.00}  {tokens:0} tokens/s  ETA {eta}");
    }

    private static string Selection(EvaluationFigures evaluation) => string.Create(CultureInfo.InvariantCulture,
        $"  selection: accuracy {evaluation.Accuracy:P1}, length {evaluation.Length:0.0} tokens, "
        + $"entropy {evaluation.Entropy ?? 0:0.000} nats/token, KL {evaluation.Kl ?? 0:0.00} nats/response");

    private void Keep(string line)
    {
        if (_line is null) _output.WriteLine(line);
        else _line.Note(line);
    }
}
