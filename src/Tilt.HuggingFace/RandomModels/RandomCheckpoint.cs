using Tilt.Files;
using Tilt.HuggingFace.Architecture;
using Tilt.HuggingFace.Safetensors;
using Tilt.Rollouts;

namespace Tilt.HuggingFace.RandomModels;

/// <summary>
/// Writes model folders of any shape with random bfloat16 weights, in the layout of published repositories but without a
/// tokenizer: for timing and memory measurements. Weights are a pure function of shape and seed. Does not touch libtorch.
/// </summary>
public static class RandomCheckpoint
{
    /// <summary>Larger models are split into files of at most this size, as published ones are.</summary>
    private const long ShardBytes = 4_000_000_000;

    /// <summary>Bytes generated at once, by as many threads as there are cores.</summary>
    private const int BlockBytes = 1 << 20;

    /// <summary>Norm weights vary around 1 and biases around 0 with this standard deviation.</summary>
    private const double VectorDeviation = 0.1;

    /// <summary>Writes configuration and weights.</summary>
    /// <param name="folder">Where; empty or not there yet. It is complete or absent.</param>
    /// <param name="configuration">The model's shape.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="progress">Told the bytes of weights written so far, or null.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is left of it.</param>
    /// <returns>Bytes of all weights.</returns>
    /// <exception cref="OperationCanceledException">The writing was cancelled.</exception>
    public static long Write(string folder, ModelConfiguration configuration, uint seed, IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new IOException($"The folder '{folder}' is not empty.");
        long written = 0;
        AtomicFolder.Write(folder, aside => written = WriteFiles(aside, configuration, seed, progress, cancellationToken));
        return written;
    }

    private static long WriteFiles(string folder, ModelConfiguration configuration, uint seed, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<ParameterShape> parameters = ParameterLayout.Of(configuration);
        var tables = new Dictionary<(double, double), RandomBFloat16>();
        long written = 0;
        var entries = new List<SafetensorsEntry>();
        for (int i = 0; i < parameters.Count; i++)
        {
            ParameterShape parameter = parameters[i];
            (double, double) law = Law(configuration, parameter);
            if (!tables.TryGetValue(law, out RandomBFloat16? numbers)) tables.Add(law, numbers = new RandomBFloat16(law.Item1, law.Item2));
            var random = new RandomStream(seed, RandomDomain.Initialization, 0, (uint)i, 0);
            long length = parameter.Shape.Aggregate(2L, (product, dimension) => product * dimension);
            entries.Add(new SafetensorsEntry(parameter.Name, SafetensorsType.BF16, parameter.Shape, stream =>
            {
                Fill(stream, numbers, random, length, cancellationToken);
                written += length;
                progress?.Report(written);
            }));
        }
        SafetensorsShards.Write(folder, entries, ShardBytes);
        ModelConfigurationWriter.Write(folder, configuration, SafetensorsType.BF16);
        return written;
    }

    private static void Fill(Stream stream, RandomBFloat16 numbers, RandomStream random, long length, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[(int)Math.Min(length, (long)Environment.ProcessorCount * BlockBytes)];
        for (long begin = 0; begin < length; begin += buffer.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = (int)Math.Min(buffer.Length, length - begin);
            Parallel.For(0, (count + BlockBytes - 1) / BlockBytes, block =>
            {
                int at = block * BlockBytes;
                numbers.Fill(buffer.AsSpan(at, Math.Min(BlockBytes, count - at)), random, (begin + at) / 2);
            });
            stream.Write(buffer, 0, count);
        }
    }

    private static (double Mean, double Deviation) Law(ModelConfiguration configuration, ParameterShape parameter) => parameter.Shape switch
    {
        [_, var inputs] => (0, WeightInitialization.Deviation(configuration, parameter.Name, inputs)),
        _ when parameter.Name.EndsWith(".bias", StringComparison.Ordinal) => (0, VectorDeviation),
        _ => (1, VectorDeviation),
    };
}
