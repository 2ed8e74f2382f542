using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tilt.Torch.Tensors;
using TorchSharp;

namespace Tilt.Cli.Doctor;

/// <summary>
/// What libtorch says of itself and computes. Taken in a process of its own (<c>tilt doctor --probe-libtorch</c>), because a native
/// library that does not fit the machine may end the process that loads it.
/// </summary>
internal sealed partial record LibtorchProbe
{
    private const int SmallSize = 48, LargeSize = 512;

    /// <summary>A wrong result may be no number at all.</summary>
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Why it could not be loaded or used; null when it could.</summary>
    public string? Failure { get; init; }

    /// <summary>Version of libtorch.</summary>
    public string? Version { get; init; }

    /// <summary>Seconds until the first tensor was there.</summary>
    public double LoadSeconds { get; init; }

    /// <summary>Threads of one operation, unless told otherwise.</summary>
    public int Threads { get; init; }

    /// <summary>Whether the memory allocator can be tuned.</summary>
    public bool TunesAllocator { get; init; }

    /// <summary>Whether oneDNN is built in; null when that cannot be asked.</summary>
    public bool? OneDnn { get; init; }

    /// <summary>Largest absolute error of a float32 matrix product against double precision.</summary>
    public double Float32Error { get; init; }

    /// <summary>Largest absolute error of a bfloat16 matrix product that bfloat16 can represent exactly.</summary>
    public double Bfloat16Error { get; init; }

    /// <summary>Largest absolute error of the gradient of that float32 product.</summary>
    public double GradientError { get; init; }

    /// <summary>Speed of float32 products, in 10⁹ operations a second.</summary>
    public double Float32Gigaflops { get; init; }

    /// <summary>Speed of bfloat16 products, in 10⁹ operations a second.</summary>
    public double Bfloat16Gigaflops { get; init; }

    /// <summary>CUDA devices that libtorch can use.</summary>
    public int CudaDevices { get; init; }

    /// <summary>
    /// Largest absolute error of a float32 matrix product and of its gradient on the first CUDA device; null without one.
    /// </summary>
    public double? CudaError { get; init; }

    /// <summary>Whether every result is right.</summary>
    [JsonIgnore]
    public bool IsRight => Failure is null && Float32Error < 1e-5 && GradientError < 1e-5 && Bfloat16Error == 0;

    /// <summary>Probes in this process and writes the result to <paramref name="output"/> as one line of JSON.</summary>
    public static void Run(TextWriter output)
    {
        LibtorchProbe probe;
        try
        {
            probe = Take();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Whatever stops a native library from loading is the finding. TorchSharp hides the loader's own words.
            probe = new LibtorchProbe { Failure = NativeLibraries.Obstacle(AppContext.BaseDirectory) ?? Messages(e) };
        }

        output.WriteLine(probe.ToJson());
    }

    /// <summary>The probe as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is something else.</exception>
    public static LibtorchProbe? FromJson(string text) => JsonSerializer.Deserialize<LibtorchProbe>(text, Json);

    private static LibtorchProbe Take()
    {
        long start = Stopwatch.GetTimestamp();
        torch.zeros(1).Dispose();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int threads = torch.get_num_threads(), cudaDevices = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        var (forward, gradient) = FloatErrors(torch.CPU);
        return new LibtorchProbe
        {
            Version = torch.__version__,
            LoadSeconds = seconds,
            Threads = threads,
            TunesAllocator = TorchRuntime.Configure(threads),
            OneDnn = HasOneDnn(),
            Float32Error = forward,
            GradientError = gradient,
            Bfloat16Error = ExactBfloat16Error(),
            Float32Gigaflops = Speed(torch.ScalarType.Float32),
            Bfloat16Gigaflops = Speed(torch.ScalarType.BFloat16),
            CudaDevices = cudaDevices,
            CudaError = cudaDevices > 0 ? Larger(FloatErrors(torch.CUDA)) : null,
        };
    }

    /// <summary>Errors of C = A·B and of the gradient of sum(C) with respect to A, against the same sums in double precision.</summary>
    private static (double Forward, double Gradient) FloatErrors(torch.Device device)
    {
        float[] a = Numbers(1), b = Numbers(2);
        using var scope = torch.NewDisposeScope();
        torch.Tensor left = torch.tensor(a, [SmallSize, SmallSize], device: device, requires_grad: true),
            right = torch.tensor(b, [SmallSize, SmallSize], device: device);
        torch.Tensor product = left.matmul(right);
        product.sum().backward();
        float[] values = [.. product.detach().cpu().data<float>()], gradients = [.. left.grad!.cpu().data<float>()];
        double forward = 0, gradient = 0;
        for (int i = 0; i < SmallSize; i++)
        {
            for (int j = 0; j < SmallSize; j++)
            {
                double sum = 0, row = 0;
                for (int k = 0; k < SmallSize; k++)
                {
                    sum += (double)a[i * SmallSize + k] * b[k * SmallSize + j];
                    row += b[j * SmallSize + k];
                }

                forward = Math.Max(forward, Math.Abs(values[i * SmallSize + j] - sum));
                gradient = Math.Max(gradient, Math.Abs(gradients[i * SmallSize + j] - row));
            }
        }

        return (forward, gradient);
    }

    private static double Larger((double First, double Second) errors) => Math.Max(errors.First, errors.Second);

    /// <summary>Entries of −1, 0 and 1 make sums that bfloat16 holds without rounding.</summary>
    private static double ExactBfloat16Error()
    {
        float[] a = [.. Numbers(3).Select(x => MathF.Round(1.4f * x))], b = [.. Numbers(4).Select(x => MathF.Round(1.4f * x))];
        using var scope = torch.NewDisposeScope();
        torch.Tensor left = torch.tensor(a, [SmallSize, SmallSize]), right = torch.tensor(b, [SmallSize, SmallSize]);
        torch.Tensor exact = left.to(torch.ScalarType.Float64).matmul(right.to(torch.ScalarType.Float64));
        torch.Tensor rounded = left.to(torch.ScalarType.BFloat16).matmul(right.to(torch.ScalarType.BFloat16));
        return (rounded.to(torch.ScalarType.Float64) - exact).abs().max().item<double>();
    }

    private static double Speed(torch.ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor left = torch.ones([LargeSize, LargeSize], dtype: type), right = torch.ones([LargeSize, LargeSize], dtype: type);
        double best = double.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            long start = Stopwatch.GetTimestamp();
            left.matmul(right).Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2.0 * LargeSize * LargeSize * LargeSize / best / 1e9;
    }

    /// <summary>Numbers between −1 and 1 without any pattern that a wrong product could share.</summary>
    private static float[] Numbers(int row) =>
        [.. Enumerable.Range(1, SmallSize * SmallSize).Select(i => (float)Math.Sin(i * (0.7 + row * 0.37)))];

    private static string Messages(Exception exception)
    {
        var messages = new List<string>();
        for (Exception? e = exception; e is not null; e = e.InnerException)
            messages.Add(e is TypeInitializationException ? "" : $"{e.Message}");
        return string.Join(' ', messages.Where(m => m.Length > 0).Distinct(StringComparer.Ordinal));
    }

    private static bool? HasOneDnn()
    {
        try
        {
            return ContextHasMkldnn() != 0;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    /// <summary><c>at::Context::hasMKLDNN()</c>, a public function of libtorch that TorchSharp does not offer.</summary>
    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at7Context9hasMKLDNNEv")]
    private static partial byte ContextHasMkldnn();
}
