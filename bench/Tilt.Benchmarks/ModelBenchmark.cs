using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text.Json;
using Tilt.HuggingFace.Safetensors;
using Tilt.Rollouts;
using Tilt.Torch;
using Tilt.Torch.Decoding;
using Tilt.Torch.Native;
using Tilt.Torch.Tensors;

namespace Tilt.Benchmarks;

/// <summary>
/// A model folder of any size in the libtorch engine: load time, peak memory, and the speed of reading a prompt and of generating
/// behind it, alone and in a batch; the best time of several, because machines are shared. Random weights do: speed does not
/// depend on them.
/// </summary>
internal sealed class ModelBenchmark
{
    private readonly string _folder;
    private readonly TorchLoadOptions _options;
    private readonly int _context, _steps;
    private readonly Dictionary<string, double> _figures = [];
    private ulong _sink;

    public ModelBenchmark(string folder, TorchLoadOptions options, int context, int steps) =>
        (this._folder, this._options, this._context, this._steps) = (folder, options, context, steps);

    /// <summary>Measures and prints; <paramref name="json"/> prints one line of JSON instead of text.</summary>
    public void Run(int[] batches, int threads, bool json)
    {
        TorchRuntime.Configure(threads);
        // Loading libtorch itself is no part of loading a model.
        long weights = WeightBytes();
        long start = Stopwatch.GetTimestamp();
        using (TorchLanguageModel model = TorchLanguageModel.Load(_folder, _options))
        {
            Finish();
            _figures["load_seconds"] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            _figures["weights_gb"] = weights / 1e9;
            _figures["peak_loaded_gb"] = ProcessMemory.Peak() / 1e9;
            Prefill(model);
            foreach (int batch in batches) Decode(model, batch);
            _figures["peak_gb"] = ProcessMemory.Peak() / 1e9;
        }
        if (_options.Device is null or { type: TorchSharp.DeviceType.CPU }) ReadWeights();
        _figures["peak_loaded_ratio"] = _figures["peak_loaded_gb"] / _figures["weights_gb"];
        _figures["peak_ratio"] = _figures["peak_gb"] / _figures["weights_gb"];
        if (json)
            Console.WriteLine(JsonSerializer.Serialize(
                new Dictionary<string, object>
                {
                    ["engine"] = _options.Storage == WeightStorage.Packed ? "Tilt, packed weights" : "Tilt",
                    ["threads"] = threads
                }.Concat(_figures.Select(f => KeyValuePair.Create(f.Key, (object)f.Value))).ToDictionary()));
        else foreach ((string name, double value) in _figures)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} {value:0.###}"));
    }

    /// <summary>How fast the machine reads these weights and does nothing else with them: what generation is measured against.</summary>
    private unsafe void ReadWeights()
    {
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(_folder);
        double best = double.PositiveInfinity;
        var slices = new List<(nint Address, long Length)>();
        foreach (SafetensorsTensor tensor in checkpoint.Names.Select(checkpoint.Find))
            for (long begin = 0; begin < tensor.End - tensor.Begin; begin += 1 << 22)
                slices.Add(((nint)checkpoint.FileOf(tensor.Name).Address(tensor) + (nint)begin,
                    Math.Min(1 << 22, tensor.End - tensor.Begin - begin)));
        for (int repeat = 0; repeat < 3; repeat++)
        {
            long start = Stopwatch.GetTimestamp();
            ThreadTeam.Run(slices.Count, slice => Volatile.Write(ref _sink, Sum((byte*)slices[slice].Address, slices[slice].Length)));
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        _figures["read_gb_per_second"] = slices.Sum(s => s.Length) / 1e9 / best;
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    private static unsafe ulong Sum(byte* bytes, long length)
    {
        Vector512<ulong> a = default, b = default, c = default, d = default;
        for (long i = 0; i + 256 <= length; i += 256)
        {
            a ^= Vector512.Load((ulong*)(bytes + i));
            b ^= Vector512.Load((ulong*)(bytes + i + 64));
            c ^= Vector512.Load((ulong*)(bytes + i + 128));
            d ^= Vector512.Load((ulong*)(bytes + i + 192));
        }
        return Vector512.Sum(a ^ b ^ c ^ d);
    }

    private void Prefill(TorchLanguageModel model)
    {
        // A short prompt first: it compiles the kernels.
        model.Prefill([Prompt(model, 0, 16)]).Dispose();
        double best = double.PositiveInfinity;
        for (int repeat = 0; repeat < 2; repeat++)
        {
            long start = Stopwatch.GetTimestamp();
            model.Prefill([Prompt(model, repeat, _context)]).Dispose();
            Finish();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        _figures["prefill_tokens_per_second"] = _context / best;
    }

    private void Decode(TorchLanguageModel model, int batch)
    {
        const int WarmUp = 2;
        // Equal prompts are read once; every sequence has keys and values of its own.
        using IModelState state = model.Prefill([.. Enumerable.Repeat(Prompt(model, 0, _context), batch)]);
        int[] tokens = new int[batch];
        float[] sampling = new float[batch], untempered = new float[batch];
        double[] uniforms = new double[batch];
        double best = double.PositiveInfinity;
        for (int step = 0; step < _steps + WarmUp; step++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < batch; i++) uniforms[i] = new RandomStream(1, RandomDomain.Rollout, 0, (uint)i, 0).Uniform((uint)step);
            state.Sample(1, uniforms, tokens, sampling, untempered);
            state.Step(tokens);
            Finish();
            if (step >= WarmUp) best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        _figures[string.Create(CultureInfo.InvariantCulture, $"decode_b{batch}_tokens_per_second")] = batch / best;
    }

    /// <summary>Waits for a device that computes while the program goes on.</summary>
    private void Finish()
    {
        if (_options.Device is { type: not TorchSharp.DeviceType.CPU } device) TorchSharp.torch.cuda.synchronize(device);
    }

    private static int[] Prompt(TorchLanguageModel model, int index, int length)
    {
        var stream = new RandomStream(3, RandomDomain.Corpus, 0, (uint)index, 0);
        return [.. Enumerable.Range(0, length).Select(i => stream.Below(model.VocabularySize, (uint)i))];
    }

    private long WeightBytes()
    {
        using SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.Open(_folder);
        return checkpoint.Names.Select(checkpoint.Find).Sum(t => t.End - t.Begin);
    }
}
