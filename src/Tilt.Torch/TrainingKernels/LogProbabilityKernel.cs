using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Tilt.HuggingFace.Architecture;

namespace Tilt.Torch.TrainingKernels;

/// <summary>
/// Log-probabilities of given tokens from normed hidden states, a block of rows at a time: logits exist only for that block, in the
/// forward as in the backward pass, which computes them again.
/// </summary>
/// <remarks>With z the logits and p their softmax: log p(y) = z_y − log Σ e^z, and d log p(y) / dz = onehot(y) − p.</remarks>
internal sealed unsafe class LogProbabilityKernel
{
    /// <summary>Logits that exist at once in each thread.</summary>
    private const int BlockElements = 1 << 17;

    private readonly int _hidden, _vocabulary, _stride, _blockRows;
    private readonly PanelMatrix _forward, _backward;

    /// <param name="shape">The model.</param>
    /// <param name="output">Output matrix, <c>[vocabulary, hidden]</c>.</param>
    /// <param name="memory"><see cref="Elements"/> floats.</param>
    public LogProbabilityKernel(ModelConfiguration shape, float* output, BufferArena memory)
    {
        (_hidden, _vocabulary, _stride, _blockRows) = (shape.HiddenSize, shape.VocabularySize, Stride(shape), BlockRows(shape));
        _forward = new PanelMatrix(memory.Take(PanelMatrix.Elements(_hidden, _stride)), _hidden, _stride);
        _backward = new PanelMatrix(memory.Take(PanelMatrix.Elements(_vocabulary, _hidden)), _vocabulary, _hidden);
        if (_stride != _vocabulary) new Span<float>(_forward.Panel(_forward.PanelCount - 1), _hidden * PanelMatrix.PanelColumns).Clear();
        _forward.SetTransposed(0, output, _vocabulary);
        _backward.SetRows(0, output, _hidden, _vocabulary);
    }

    /// <summary>Floats of the packed output matrix.</summary>
    public static nint Elements(ModelConfiguration shape) =>
        BufferArena.Part(PanelMatrix.Elements(shape.HiddenSize, Stride(shape)))
        + BufferArena.Part(PanelMatrix.Elements(shape.VocabularySize, shape.HiddenSize));

    /// <summary>Floats of working memory for one thread.</summary>
    public static nint ScratchElements(ModelConfiguration shape) => (nint)BlockRows(shape) * Stride(shape);

    /// <summary>Log-probabilities of the targets in nats and, where wanted, entropies.</summary>
    /// <param name="normed">Hidden states after the final norm, <c>[rows, hidden]</c>.</param>
    /// <param name="targets">Token ids, one a row.</param>
    /// <param name="logProbabilities"><c>[rows]</c>.</param>
    /// <param name="normalizers">log Σ e^z of each row, <c>[rows]</c>.</param>
    /// <param name="entropies"><c>[rows]</c>, or null.</param>
    /// <param name="scratch"><see cref="ScratchElements"/> floats.</param>
    public void Forward(float* normed, ReadOnlySpan<long> targets, float* logProbabilities, float* normalizers, float* entropies,
        float* scratch)
    {
        for (int begin = 0; begin < targets.Length; begin += _blockRows)
        {
            int rows = Math.Min(_blockRows, targets.Length - begin);
            PanelProduct.Multiply(normed + (nint)begin * _hidden, _hidden, 1, rows, _forward, scratch, _stride, accumulate: false);
            for (int row = 0; row < rows; row++)
            {
                float* logits = scratch + (nint)row * _stride;
                float normalizer = LogSumExp(logits);
                normalizers[begin + row] = normalizer;
                logProbabilities[begin + row] = logits[targets[begin + row]] - normalizer;
                if (entropies != null) entropies[begin + row] = Entropy(logits, normalizer);
            }
        }
    }

    /// <summary>Gradient of the hidden states, replaced, and of the output matrix, added.</summary>
    /// <param name="normed">As in the forward pass.</param>
    /// <param name="targets">As in the forward pass.</param>
    /// <param name="normalizers">Of the forward pass.</param>
    /// <param name="dLogProbabilities">Gradient of the result, <c>[rows]</c>.</param>
    /// <param name="dNormed"><c>[rows, hidden]</c>.</param>
    /// <param name="dOutput"><c>[vocabulary, hidden]</c>.</param>
    /// <param name="scratch"><see cref="ScratchElements"/> floats.</param>
    /// <param name="outer">Working memory of <see cref="PanelProduct.AddOuter"/>.</param>
    public void Backward(float* normed, ReadOnlySpan<long> targets, float* normalizers, float* dLogProbabilities, float* dNormed,
        float* dOutput, float* scratch, float* outer)
    {
        for (int begin = 0; begin < targets.Length; begin += _blockRows)
        {
            int rows = Math.Min(_blockRows, targets.Length - begin);
            PanelProduct.Multiply(normed + (nint)begin * _hidden, _hidden, 1, rows, _forward, scratch, _stride, accumulate: false);
            for (int row = 0; row < rows; row++)
            {
                float* logits = scratch + (nint)row * _stride;
                Softmax(logits, normalizers[begin + row], -dLogProbabilities[begin + row]);
                logits[targets[begin + row]] += dLogProbabilities[begin + row];
            }
            PanelProduct.Multiply(scratch, _stride, 1, rows, _backward, dNormed + (nint)begin * _hidden, _hidden, accumulate: false);
            PanelProduct.AddOuter(scratch, _stride, normed + (nint)begin * _hidden, _hidden, rows, [new(dOutput, _vocabulary)], outer);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float LogSumExp(float* logits)
    {
        int whole = _vocabulary & ~15;
        float maximum = float.NegativeInfinity;
        Vector512<float> highest = Vector512.Create(maximum);
        for (int i = 0; i < whole; i += 16) highest = Vector512.Max(highest, Vector512.Load(logits + i));
        for (int i = 0; i < 16; i++) maximum = MathF.Max(maximum, highest[i]);
        for (int i = whole; i < _vocabulary; i++) maximum = MathF.Max(maximum, logits[i]);
        Vector512<float> shift = Vector512.Create(maximum), sums = default;
        for (int i = 0; i < whole; i += 16) sums += VectorMath.Exp(Vector512.Load(logits + i) - shift);
        float sum = Vector512.Sum(sums);
        for (int i = whole; i < _vocabulary; i++) sum += MathF.Exp(logits[i] - maximum);
        return maximum + MathF.Log(sum);
    }

    /// <summary>Replaces the logits by <paramref name="factor"/> times their softmax; the padding becomes zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Softmax(float* logits, float normalizer, float factor)
    {
        int whole = _vocabulary & ~15;
        Vector512<float> shift = Vector512.Create(normalizer), scale = Vector512.Create(factor);
        for (int i = 0; i < whole; i += 16) (VectorMath.Exp(Vector512.Load(logits + i) - shift) * scale).Store(logits + i);
        for (int i = whole; i < _vocabulary; i++) logits[i] = MathF.Exp(logits[i] - normalizer) * factor;
        for (int i = _vocabulary; i < _stride; i++) logits[i] = 0;
    }

    /// <summary>−Σ p·log p in nats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Entropy(float* logits, float normalizer)
    {
        int whole = _vocabulary & ~15;
        Vector512<float> shift = Vector512.Create(normalizer), sums = default;
        for (int i = 0; i < whole; i += 16)
        {
            // What is too unlikely for a float's exponent contributes nothing, even where its logarithm is −∞.
            Vector512<float> log = Vector512.Max(Vector512.Load(logits + i) - shift, Vector512.Create(-200f));
            sums = Vector512.FusedMultiplyAdd(VectorMath.Exp(log), log, sums);
        }
        float sum = Vector512.Sum(sums);
        for (int i = whole; i < _vocabulary; i++)
        {
            float log = MathF.Max(logits[i] - normalizer, -200f);
            sum += MathF.Exp(log) * log;
        }
        return -sum;
    }

    private static int Stride(ModelConfiguration shape) =>
        (shape.VocabularySize + PanelMatrix.PanelColumns - 1) / PanelMatrix.PanelColumns * PanelMatrix.PanelColumns;

    private static int BlockRows(ModelConfiguration shape) => Math.Clamp(BlockElements / Stride(shape) / 8 * 8, 8, 1024);
}
