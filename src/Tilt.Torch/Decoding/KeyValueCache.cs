using Tilt.HuggingFace.Architecture;
using Tilt.Torch.Model;
using Tilt.Torch.Native;
using Tilt.Torch.Tensors;
using static TorchSharp.torch;

namespace Tilt.Torch.Decoding;

/// <summary>
/// Keys and values of a batch of growing sequences, <c>[slots, key heads, capacity, head size]</c> for each block. The rows in
/// use are the first ones; a row's positions beyond its length hold anything and are masked by length when read.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private const int MostGroups = 12;

    private readonly ModelConfiguration _shape;
    private readonly ScalarType _type;
    private readonly Device _device;
    private readonly int _width;
    private readonly bool _zeroed;

    // Memory is moved one group at a time, so that growing needs little more than the result; large groups go back to the system at once.
    private readonly int[] _groupStarts;
    private readonly Tensor[] _groups, _keys, _values;
    private (nint Keys, nint Values)[]? _addresses;
    private int[] _lengths = [];

    /// <param name="shape">The model's shape.</param>
    /// <param name="precision">Float32, or bfloat16 for models that compute in it.</param>
    /// <param name="device">Where.</param>
    /// <param name="slots">Most sequences.</param>
    /// <param name="capacity">Most positions of one; grows when needed.</param>
    /// <param name="width">Numbers of a head that are stored: the head size, or more for kernels that want whole vectors.</param>
    /// <param name="zeroed">Whether readers multiply what they mask, so that it must be finite; else memory is touched when it is
    /// filled.</param>
    public KeyValueCache(ModelConfiguration shape, ComputePrecision precision, Device device, int slots, int capacity, int width,
        bool zeroed)
    {
        (this._shape, _type, this._device, this._width, this._zeroed) = (shape, Linear.TypeOf(precision), device, width, zeroed);
        int groupCount = Math.Min(MostGroups, shape.LayerCount);
        _groupStarts = [.. Enumerable.Range(0, groupCount + 1).Select(i => i * shape.LayerCount / groupCount)];
        (_groups, _keys, _values) = (new Tensor[groupCount], new Tensor[shape.LayerCount], new Tensor[shape.LayerCount]);
        for (int group = 0; group < groupCount; group++) Place(group, Allocate(group, slots, capacity));
    }

    /// <summary>Whether numbers are stored as bfloat16.</summary>
    public bool IsBFloat16 => _type == ScalarType.BFloat16;

    /// <summary>Positions filled in each row in use.</summary>
    public ReadOnlySpan<int> Lengths => _lengths;

    public int RowCount => _lengths.Length;

    public int Slots => (int)_keys[0].shape[0];

    public int Capacity => (int)_keys[0].shape[2];

    /// <summary>Bytes that one sequence of the given length takes.</summary>
    public static long BytesPerSequence(ModelConfiguration shape, ComputePrecision precision, int length) =>
        2L * shape.LayerCount * shape.KeyValueHeadCount * shape.HeadSize * length * (precision == ComputePrecision.BFloat16 ? 2 : 4);

    /// <summary>Keys of the rows in use up to <paramref name="length"/>, <c>[rows, key heads, length, head size]</c>; a view.</summary>
    public Tensor Keys(int layer, int length) => _keys[layer].narrow(0, 0, RowCount).narrow(2, 0, length);

    /// <summary>Values like <see cref="Keys"/>.</summary>
    public Tensor Values(int layer, int length) => _values[layer].narrow(0, 0, RowCount).narrow(2, 0, length);

    /// <summary>
    /// Addresses of a block's keys and values, <c>[slots, key heads, capacity, width]</c> in CPU memory; good until rows or capacity
    /// change.
    /// </summary>
    public unsafe (nint Keys, nint Values) Addresses(int layer)
    {
        _addresses ??= [.. _keys.Select((key, i) => ((nint)TensorMemory.Address(key), (nint)TensorMemory.Address(_values[i])))];
        return _addresses[layer];
    }

    /// <summary>Stores new keys and values behind each row's length, which <see cref="Advance"/> then moves.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="key"><c>[rows, time, key heads, head size]</c> in any floating type; it is stored in the cache's.</param>
    /// <param name="value">Like the key.</param>
    /// <param name="rows">0, 1, … as <c>[rows]</c> int64.</param>
    /// <param name="positions">Current lengths as <c>[rows]</c> int64; used when lengths differ.</param>
    public void Store(int layer, Tensor key, Tensor value, Tensor rows, Tensor positions)
    {
        if (key.shape[1] == 1 && _lengths.AsSpan().ContainsAnyExcept(_lengths[0]))
        {
            // Both indices are vectors with the full slice between them, so the indexed dimension comes first.
            _keys[layer].index_put_(key.squeeze(1).to(_type), [TensorIndex.Tensor(rows), TensorIndex.Colon, TensorIndex.Tensor(positions)]);
            _values[layer].index_put_(value.squeeze(1).to(_type),
                [TensorIndex.Tensor(rows), TensorIndex.Colon, TensorIndex.Tensor(positions)]);
            return;
        }
        if (key.shape[1] > 1 && _lengths.AsSpan().ContainsAnyExcept(0))
            throw new InvalidOperationException("Several tokens at once can only be stored into empty rows.");
        _keys[layer].narrow(0, 0, RowCount).narrow(2, _lengths[0], key.shape[1]).copy_(key.transpose(1, 2));
        _values[layer].narrow(0, 0, RowCount).narrow(2, _lengths[0], key.shape[1]).copy_(value.transpose(1, 2));
    }

    /// <summary>Counts one more position in every row.</summary>
    public void Advance()
    {
        for (int i = 0; i < _lengths.Length; i++) _lengths[i]++;
    }

    /// <summary>Starts anew with empty rows.</summary>
    public void Reset(int rows) => _lengths = new int[rows];

    /// <summary>States how many tokens each row holds after several were stored at once.</summary>
    public void SetLengths(int[] filled) => _lengths = filled;

    /// <summary>
    /// Makes room for sequences of <paramref name="capacity"/> tokens, by a quarter more than there is when that is more.
    /// </summary>
    public void Reserve(int capacity)
    {
        if (capacity <= Capacity) return;
        Rebuild(Slots, Math.Min(Math.Max(capacity, Capacity + Math.Max(32, Capacity / 4)), _shape.ContextLength),
            [.. Enumerable.Range(0, RowCount)]);
    }

    /// <summary>Row i becomes a copy of row <c>indices[i]</c>.</summary>
    public void Select(ReadOnlySpan<int> indices) => Rebuild(indices.Length, Capacity, indices.ToArray());

    /// <summary>
    /// Drops a row: the last one takes its place. Returns the index of the row that moved (the dropped one when it was last).
    /// </summary>
    public int Remove(int row)
    {
        int last = RowCount - 1;
        if (row != last)
        {
            using var scope = NewDisposeScope();
            foreach (Tensor tensor in _keys.Concat(_values))
                tensor[row].narrow(1, 0, _lengths[last]).copy_(tensor[last].narrow(1, 0, _lengths[last]));
            _lengths[row] = _lengths[last];
        }
        Array.Resize(ref _lengths, last);
        return last;
    }

    /// <summary>Adds rows that copy rows of another cache.</summary>
    public void Append(KeyValueCache source, int[] indices)
    {
        using var scope = NewDisposeScope();
        int longest = indices.Max(i => source._lengths[i]);
        Tensor rows = tensor(indices.Select(i => (long)i).ToArray(), device: _device);
        for (int layer = 0; layer < _keys.Length; layer++)
        {
            _keys[layer].narrow(0, RowCount, indices.Length).narrow(2, 0, longest).copy_(source.Keys(layer, longest).index_select(0, rows));
            _values[layer].narrow(0, RowCount, indices.Length).narrow(2, 0, longest)
                .copy_(source.Values(layer, longest).index_select(0, rows));
        }
        _lengths = [.. _lengths, .. indices.Select(i => source._lengths[i])];
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _groups.Concat(_keys).Concat(_values)) tensor.Dispose();
    }

    private void Rebuild(int slots, int capacity, int[] indices)
    {
        int longest = _lengths.Length == 0 ? 0 : _lengths.Max();
        for (int group = 0; group < _groups.Length; group++)
        {
            using var scope = NewDisposeScope();
            Tensor from = _groups[group], to = Allocate(group, slots, capacity);
            // Row by row, because a gather of all rows would need memory for another copy.
            for (int i = 0; i < indices.Length; i++)
                to.select(2, i).narrow(3, 0, longest).copy_(from.select(2, indices[i]).narrow(3, 0, longest));
            Place(group, to);
        }
        _addresses = null;
        _lengths = [.. indices.Select(i => _lengths[i])];
    }

    /// <summary>Keys and values of a group of blocks, <c>[blocks, 2, slots, key heads, capacity, width]</c>.</summary>
    private Tensor Allocate(int group, int slots, int capacity)
    {
        long[] size = [_groupStarts[group + 1] - _groupStarts[group], 2, slots, _shape.KeyValueHeadCount, capacity, _width];
        return (_zeroed ? zeros(size, _type, _device) : empty(size, _type, _device)).DetachFromDisposeScope();
    }

    /// <summary>Makes memory that of a group of blocks, whose former memory is freed.</summary>
    private void Place(int group, Tensor memory)
    {
        _groups[group]?.Dispose();
        _groups[group] = memory;
        for (int layer = _groupStarts[group]; layer < _groupStarts[group + 1]; layer++)
        {
            using var scope = NewDisposeScope();
            _keys[layer]?.Dispose();
            _values[layer]?.Dispose();
            Tensor block = memory[layer - _groupStarts[group]];
            (_keys[layer], _values[layer]) = (block[0].DetachFromDisposeScope(), block[1].DetachFromDisposeScope());
        }
    }
}
