using System.Runtime.InteropServices;
using Tilt.Inference.Vectors;
using Tilt.Rollouts;

namespace Tilt.Inference.Fused;

/// <summary>One thread's block of sequences in flight.</summary>
internal sealed unsafe class SamplerWorker
{
    /// <summary>Sequences in flight: enough to reuse weights, few enough for keys and values to stay in a cache.</summary>
    public const int DefaultBlockSize = 32;

    /// <summary>Most prompt tokens read in one batch.</summary>
    private const int PromptRows = 192;

    private readonly FusedModel _model;
    private readonly ForwardPass _forward;
    private readonly SampleQueue _queue;
    private readonly SamplingOptions _options;
    private readonly Completion[] _completions;
    private readonly KeyValuePool _pool;
    private readonly bool[] _ends;
    private readonly Stack<SampleSlot> _free = [];
    private readonly List<SampleSlot> _growing = [];
    private readonly List<SampleSlot> _waiting = [];
    private readonly List<SharedPrompt> _reading = [];
    private readonly Queue<int> _taken = [];
    private readonly List<Segment> _segments = [];
    private readonly List<int> _tokens = [];
    private AlignedBuffer _logits = new(0);
    private SharedPrompt? _latest;

    /// <summary>Makes a worker.</summary>
    public SamplerWorker(FusedModel model, ForwardPass forward, SampleQueue queue, SamplingOptions options, int blockSize,
        Completion[] completions)
    {
        _model = model;
        _forward = forward;
        _queue = queue;
        _options = options;
        _completions = completions;
        _pool = model.NewPool();
        _ends = new bool[model.VocabularySize];
        foreach (int id in model.EndOfSequenceIds) _ends[id] = !options.IgnoreEndOfSequence;
        for (int i = 0; i < blockSize; i++) _free.Push(new SampleSlot(options));
    }

    /// <summary>Takes requests until none waits.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Admit();
            if (_growing.Count + _waiting.Count == 0) return;
            Step();
        }
    }

    /// <summary>Gives free slots to waiting requests, as long as no more prompt tokens wait than one batch reads.</summary>
    private void Admit()
    {
        int unread = 0;
        foreach (SharedPrompt prompt in _reading) unread += prompt.Ids.Length - prompt.Read;
        while (_free.Count > 0 && unread < PromptRows && TryTake(out int request))
        {
            int[] ids = _queue.Requests[request].PromptIds;
            if (_latest is null || _latest.Group != _queue.Group(request))
            {
                // A prompt that is still being read goes once its slots have started.
                if (_latest is { IsRead: true }) _latest.Cache.Clear(_pool);
                _latest = new SharedPrompt(_queue.Group(request), ids, _model.LogitStride);
                _reading.Add(_latest);
                unread += ids.Length;
            }
            SampleSlot slot = _free.Pop();
            slot.Assign(request, _queue.Requests[request], _latest);
            if (_latest.IsRead) Start(slot);
            else _waiting.Add(slot);
        }
    }

    private bool TryTake(out int request)
    {
        if (_taken.Count == 0)
            foreach (int index in _queue.Take()) _taken.Enqueue(index);
        return _taken.TryDequeue(out request);
    }

    /// <summary>Computes one batch: the next token of every growing response, and a part of the prompts being read.</summary>
    private void Step()
    {
        _segments.Clear();
        _tokens.Clear();
        foreach (SampleSlot slot in _growing)
        {
            slot.Cache.Extend(_pool, 1);
            _segments.Add(new Segment(slot.Cache, slot.Cache.Length - 1, 1, 0));
            _tokens.Add(slot.LastToken);
        }
        int room = PromptRows, finished = 0;
        foreach (SharedPrompt prompt in _reading)
        {
            int count = Math.Min(room, prompt.Ids.Length - prompt.Read);
            if (count == 0) break;
            prompt.Cache.Extend(_pool, count);
            bool complete = prompt.Read + count == prompt.Ids.Length;
            _segments.Add(new Segment(prompt.Cache, prompt.Read, count, complete ? count - 1 : count));
            _tokens.AddRange(prompt.Ids.AsSpan(prompt.Read, count));
            prompt.Read += count;
            room -= count;
            if (complete) finished++;
        }
        int outputs = _forward.Run(CollectionsMarshal.AsSpan(_segments), CollectionsMarshal.AsSpan(_tokens), _pool, _model.Rotary);
        Continue(outputs - finished);
        Start(outputs - finished, finished);
    }

    /// <summary>Draws the next token of every growing response; the finished leave.</summary>
    private void Continue(int count)
    {
        int kept = 0;
        for (int first = 0; first < count; first += _model.LogitRows)
        {
            int rows = Math.Min(_model.LogitRows, count - first);
            ComputeLogits(first, rows);
            for (int row = 0; row < rows; row++)
            {
                SampleSlot slot = _growing[first + row];
                if (!Draw(slot, _logits.Pointer + row * (long)_model.LogitStride)) _growing[kept++] = slot;
            }
        }
        _growing.RemoveRange(kept, _growing.Count - kept);
    }

    /// <summary>Starts the responses to the prompts that have just been read: the first ones of the list.</summary>
    private void Start(int firstOutput, int finished)
    {
        for (int i = 0; i < finished; i++)
        {
            ComputeLogits(firstOutput + i, 1);
            _logits.Span[.._model.LogitStride].CopyTo(_reading[i].Logits.Span);
        }
        _reading.RemoveRange(0, finished);
        int kept = 0;
        foreach (SampleSlot slot in CollectionsMarshal.AsSpan(_waiting))
        {
            if (slot.Prompt!.IsRead) Start(slot);
            else _waiting[kept++] = slot;
        }
        _waiting.RemoveRange(kept, _waiting.Count - kept);
    }

    private void Start(SampleSlot slot)
    {
        SharedPrompt prompt = slot.Prompt!;
        slot.Prompt = null;
        slot.Cache.CopyFrom(_pool, prompt.Cache);
        if (!Draw(slot, prompt.Logits.Pointer)) _growing.Add(slot);
        if (prompt != _latest && !IsAwaited(prompt)) prompt.Cache.Clear(_pool);
    }

    private bool IsAwaited(SharedPrompt prompt)
    {
        foreach (SampleSlot slot in CollectionsMarshal.AsSpan(_waiting))
            if (slot.Prompt == prompt) return true;
        return false;
    }

    /// <summary>Draws a token; returns whether the response is finished and its slot free again.</summary>
    private bool Draw(SampleSlot slot, float* logits)
    {
        TokenDraw draw = _forward.Draw(logits, _options.Temperature, slot.Uniform(), _options.RecordEntropies);
        slot.Append(draw);
        bool ended = _ends[draw.Token];
        if (!ended && slot.Count < _options.MaxNewTokens) return false;
        _options.Drawn?.Report(slot.Count);
        _completions[slot.Request] = slot.Complete(ended ? StopReason.EndOfSequence : StopReason.Length);
        slot.Cache.Clear(_pool);
        _free.Push(slot);
        return true;
    }

    private void ComputeLogits(int first, int rows)
    {
        long floats = (long)rows * _model.LogitStride;
        if (_logits.Length < floats) _logits = new AlignedBuffer(floats);
        _forward.Logits(first, rows, _logits.Pointer);
    }
}
