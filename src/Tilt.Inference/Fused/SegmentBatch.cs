using System.Runtime.InteropServices;
using Tilt.Inference.Vectors;

namespace Tilt.Inference.Fused;

/// <summary>Receives the logits of one position.</summary>
/// <param name="owner">What the caller named the sequence.</param>
/// <param name="index">Index of the token within what was added.</param>
/// <param name="logits">The row, <c>[padded vocabulary]</c>.</param>
internal unsafe delegate void LogitsHandler(int owner, int index, float* logits);

/// <summary>Collects segments until they fill a batch, computes them, and hands out the logits that were wanted.</summary>
internal sealed unsafe class SegmentBatch(FusedModel model, ForwardPass forward, KeyValuePool pool, LogitsHandler handler)
{
    /// <summary>Rows of a full batch: enough to reuse weights, few enough for activations to stay in the core's cache.</summary>
    private const int Capacity = 192;

    private readonly List<Segment> _segments = [];
    private readonly List<(int Owner, int Index)> _outputs = [];
    private readonly int[] _tokens = new int[Capacity];
    private AlignedBuffer? _logits;
    private int _rows;

    /// <summary>Adds tokens of one sequence; computes whenever the batch is full.</summary>
    /// <param name="sequence">Its cache, already extended by all of them.</param>
    /// <param name="start">Position of the first token.</param>
    /// <param name="tokens">The tokens.</param>
    /// <param name="outputFrom">Index of the first token whose logits are wanted.</param>
    /// <param name="owner">Handed to the handler.</param>
    public void Add(CachedSequence sequence, int start, ReadOnlySpan<int> tokens, int outputFrom, int owner)
    {
        for (int offset = 0; offset < tokens.Length;)
        {
            int count = Math.Min(Capacity - _rows, tokens.Length - offset);
            int from = Math.Clamp(outputFrom - offset, 0, count);
            _segments.Add(new Segment(sequence, start + offset, count, from));
            tokens.Slice(offset, count).CopyTo(_tokens.AsSpan(_rows));
            for (int i = from; i < count; i++) _outputs.Add((owner, offset + i));
            offset += count;
            _rows += count;
            if (_rows == Capacity) Flush();
        }
    }

    /// <summary>Computes what is collected.</summary>
    public void Flush()
    {
        if (_rows == 0) return;
        int outputs = forward.Run(CollectionsMarshal.AsSpan(_segments), _tokens.AsSpan(0, _rows), pool, model.Rotary);
        int stride = model.LogitStride, chunk = Math.Min(outputs, model.LogitRows);
        if (chunk > 0 && (_logits is null || _logits.Length < (long)chunk * stride)) _logits = new AlignedBuffer((long)chunk * stride);
        for (int first = 0; first < outputs; first += chunk)
        {
            int rows = Math.Min(chunk, outputs - first);
            forward.Logits(first, rows, _logits!.Pointer);
            for (int row = 0; row < rows; row++)
                handler(_outputs[first + row].Owner, _outputs[first + row].Index, _logits.Pointer + row * (long)stride);
        }
        _segments.Clear();
        _outputs.Clear();
        _rows = 0;
    }
}
