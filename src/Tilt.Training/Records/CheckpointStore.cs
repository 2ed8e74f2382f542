using System.Globalization;
using System.Text.Json;
using Tilt.Files;
using Tilt.HuggingFace.Adapters;
using Tilt.HuggingFace.Export;
using Tilt.HuggingFace.Safetensors;
using Tilt.RunFolders;
using Tilt.Settings;
using Tilt.Torch.Model;
using Tilt.Training.Optimizers;

namespace Tilt.Training.Records;

/// <summary>
/// The checkpoints of a training run: weights in Hugging Face layout, or the adapter in PEFT's; optimiser moments, run state. Each
/// is complete or absent; the newest few and the best are kept.
/// </summary>
public sealed class CheckpointStore
{
    private const string OptimizerFile = "optimizer.safetensors", StateFile = "state.json";
    private const int StateFormat = 1;

    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private readonly string _path;
    private readonly TrainingConfiguration _configuration;

    /// <summary>The checkpoints in <paramref name="folder"/>.</summary>
    public CheckpointStore(RunFolder folder, TrainingConfiguration configuration)
    {
        _path = Path.Combine(folder.Path, "checkpoints");
        _configuration = configuration;
    }

    /// <summary>Saves a checkpoint and removes those no longer kept.</summary>
    public void Save(RunState state, Transformer policy, AdamW optimizer)
    {
        string target = PathOf(state.Step), aside = target + ".partial";
        // What a killed process left half written or half removed, of this step or another.
        if (Directory.Exists(_path))
            foreach (string left in Directory.EnumerateDirectories(_path, "*.partial")) TryDelete(left);
        Directory.CreateDirectory(aside);
        if (policy.CopyAdapter() is { } adapter) adapter.Save(aside);
        else policy.Save(aside);
        CopyTokenizer(aside);
        SafetensorsWriter.Write(
            Path.Combine(aside, OptimizerFile),
            optimizer.Moments.Select(m => SafetensorsEntry.Of(m.Name, m.Values, m.Values.Length))
                .Append(SafetensorsEntry.Of("steps", (long[])[optimizer.Steps], 1)));
        NumberedFile.Write(Path.Combine(aside, StateFile), StateFormat, state, Json);
        CheckpointChecksums.Write(aside);
        if (Directory.Exists(target)) Remove(target);
        Directory.Move(aside, target);
        foreach (int step in Steps().OrderDescending().Skip(_configuration.Checkpoint.Keep).Where(s => s != state.BestStep))
            Remove(PathOf(step));
    }

    /// <summary>
    /// Removes a checkpoint, which has no moment in which it is there in part. One in use elsewhere goes when the next is saved.
    /// </summary>
    private static void Remove(string folder)
    {
        string gone = $"{folder}-old.partial";
        TryDelete(gone);
        try
        {
            Directory.Move(folder, gone);
        }
        catch (IOException)
        {
            return;
        }
        TryDelete(gone);
    }

    private static void TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Training does not end because an old checkpoint cannot be removed.
        }
    }

    /// <summary>
    /// Puts the latest checkpoint that is whole into weights and optimiser and returns its state; null when there is none at all.
    /// </summary>
    /// <param name="policy">Receives the weights.</param>
    /// <param name="optimizer">Receives the moments.</param>
    /// <param name="warn">Told of every damaged checkpoint that is passed over.</param>
    /// <exception cref="InputException">There are checkpoints, and none of them is whole; or one is of another version of Tilt.</exception>
    public RunState? TryResume(Transformer policy, AdamW optimizer, Action<string> warn)
    {
        InputException? last = null;
        foreach (int step in Steps().OrderDescending())
        {
            RunState? state = State(step);
            try
            {
                return Resume(step, state, policy, optimizer);
            }
            catch (InputException exception)
            {
                warn($"The checkpoint of step {step} is damaged and passed over. {exception.Message}");
                last = exception;
            }
        }

        if (last is null) return null;
        throw new InputException($"No checkpoint in {_path} can be resumed from; of the oldest: {last.Message} Remove that folder to "
            + $"train from the beginning.", last);
    }

    /// <summary>The state of a checkpoint, null where it cannot be read. What another version wrote is no damage.</summary>
    private RunState? State(int step)
    {
        try
        {
            return NumberedFile.Read<RunState>(Path.Combine(PathOf(step), StateFile), StateFormat, Json);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private RunState Resume(int step, RunState? state, Transformer policy, AdamW optimizer)
    {
        CheckpointChecksums.Check(PathOf(step));
        if (state is null) throw new InputException($"{Path.Combine(PathOf(step), StateFile)} is no state of a run.");
        LoadWeights(step, policy);
        using var moments = SafetensorsFile.Open(Path.Combine(PathOf(step), OptimizerFile));
        optimizer.Restore((int)System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(moments.Bytes("steps"))[0],
            moments.ReadFloats);
        return state;
    }

    /// <summary>Puts the weights, or the adapter, of the checkpoint at <paramref name="step"/> into <paramref name="policy"/>.</summary>
    /// <exception cref="InputException">There is no such checkpoint, or it is damaged.</exception>
    public void LoadWeights(int step, Transformer policy)
    {
        if (policy.CopyAdapter() is null)
        {
            using var source = Transformer.Load(PathOf(step));
            policy.CopyFrom(source);
            return;
        }

        try
        {
            policy.CopyAdapterFrom(LoraAdapter.Load(PathOf(step), policy.Configuration));
        }
        catch (ArgumentException exception)
        {
            throw new InputException($"The adapter in {PathOf(step)} is not the one that this run trains ({exception.Message})",
                exception);
        }
    }

    private IEnumerable<int> Steps() => !Directory.Exists(_path) ? [] :
        Directory.EnumerateDirectories(_path, "step-*").Select(folder => Path.GetFileName(folder)["step-".Length..])
            .Where(step => int.TryParse(step, CultureInfo.InvariantCulture, out _))
            .Select(step => int.Parse(step, CultureInfo.InvariantCulture));

    private string PathOf(int step) => Path.Combine(_path, $"step-{step}");

    private void CopyTokenizer(string target) => TokenizerFiles.Copy(_configuration.Model, target);
}
