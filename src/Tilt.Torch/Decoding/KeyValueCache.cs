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

    private readonly ModelConfiguration shape;
    private readonly ScalarType type;
    private readonly Device device;
    private readonly int width;
    private readonly bool zeroed;

    // Memory is moved one group at a time, so that growing needs little more than the result; large groups go back to the system at once.
    private readonly int[] groupStarts;
    private readonly Tensor[] groups, keys, values;
    private (nint Keys, nint Values)[]? addresses;
    private int[] lengths = [];

    /// <param name="shape">The model's shape.</param>
    /// <param name="precision">Float32, or bfloat16 for models that compute in it.</param>
    /// <param name="device">Where.</param>
    /// <param name="slots">Most sequences.</param>
    /// <param name="capacity">Most positions of one; grows when needed.</param>
    /// <param name="width">Numbers of a head that are stored: the head size, or more for kernels that want whole vectors.</param>
    /// <param name="zeroed">Whether readers multiply what they mask, so that it must be finite; else memory is touched when it is filled.</param>
    public KeyValueCache(ModelConfiguration shape, ComputePrecision precision, Device device, int slots, int capacity, int width, bool zeroed)
    {
        (this.shape, type, this.device, this.width, this.zeroed) = (shape, Linear.TypeOf(precision), device, width, zeroed);
        int groupCount = Math.Min(MostGroups, shape.LayerCount);
        groupStarts = [.. Enumerable.Range(0, groupCount + 1).Select(i => i * shape.LayerCount / groupCount)];
        (groups, keys, values) = (new Tensor[groupCount], new Tensor[shape.LayerCount], new Tensor[shape.LayerCount]);
        for (int group = 0; group < groupCount; group++) Place(group, Allocate(group, slots, capacity));
    }

    /// <summary>Whether numbers are stored as bfloat16.</summary>
    public bool IsBFloat16 => type == ScalarType.BFloat16;

    /// <summary>Positions filled in each row in use.</summary>
    public ReadOnlySpan<int> Lengths => lengths;

    public int RowCount => lengths.Length;

    public int Slots => (int)keys[0].shape[0];

    public int Capacity => (int)keys[0].shape[2];

    /// <summary>Bytes that one sequence of the given length takes.</summary>
    public static long BytesPerSequence(ModelConfiguration shape, ComputePrecision precision, int length) =>
        2L * shape.LayerCount * shape.KeyValueHeadCount * shape.HeadSize * length * (precision == ComputePrecision.BFloat16 ? 2 : 4);

    /// <summary>Keys of the rows in use up to <paramref name="length"/>, <c>[rows, key heads, length, head size]</c>; a view.</summary>
    public Tensor Keys(int layer, int length) => keys[layer].narrow(0, 0, RowCount).narrow(2, 0, length);

    /// <summary>Values like <see cref="Keys"/>.</summary>
    public Tensor Values(int layer, int length) => values[layer].narrow(0, 0, RowCount).narrow(2, 0, length);

    /// <summary>Addresses of a block's keys and values, <c>[slots, key heads, capacity, width]</c> in CPU memory; good until rows or capacity change.</summary>
    public unsafe (nint Keys, nint Values) Addresses(int layer)
    {
        addresses ??= [.. keys.Select((key, i) => ((nint)TensorMemory.Address(key), (nint)TensorMemory.Address(values[i])))];
        return addresses[layer];
    }

    /// <summary>Stores new keys and values behind each row's length, which <see cref="Advance"/> then moves.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="key"><c>[rows, time, key heads, head size]</c> in any floating type; it is stored in the cache's.</param>
    /// <param name="value">Like the key.</param>
    /// <param name="rows">0, 1, … as <c>[rows]</c> int64.</param>
    /// <param name="positions">Current lengths as <c>[rows]</c> int64; used when lengths differ.</param>
    public void Store(int layer, Tensor key, Tensor value, Tensor rows, Tensor positions)
    {
        if (key.shape[1] == 1 && lengths.AsSpan().ContainsAnyExcept(lengths[0]))
        {
            // Both indices are vectors with the full slice between them, so the indexed dimension comes first.
            keys[layer].index_put_(key.squeeze(1).to(type), [TensorIndex.Tensor(rows), TensorIndex.Colon, TensorIndex.Tensor(positions)]);
            values[layer].index_put_(value.squeeze(1).to(type), [TensorIndex.Tensor(rows), TensorIndex.Colon, TensorIndex.Tensor(positions)]);
            return;
        }
        if (key.shape[1] > 1 && lengths.AsSpan().ContainsAnyExcept(0)) throw new InvalidOperationException("Several tokens at once can only be stored into empty rows.");
        keys[layer].narrow(0, 0, RowCount).narrow(2, lengths[0], key.shape[1]).copy_(key.transpose(1, 2));
        values[layer].narrow(0, 0, RowCount).narrow(2, lengths[0], key.shape[1]).copy_(value.transpose(1, 2));
    }

    /// <summary>Counts one more position in every row.</summary>
    public void Advance()
    {
        for (int i = 0; i < lengths.Length; i++) lengths[i]++;
    }

    /// <summary>Starts anew with empty rows.</summary>
    public void Reset(int rows) => lengths = new int[rows];

    /// <summary>States how many tokens each row holds after several were stored at once.</summary>
    public void SetLengths(int[] filled) => lengths = filled;

    /// <summary>Makes room for sequences of <paramref name="capacity"/> tokens, by a quarter more than there is when that is more.</summary>
    public void Reserve(int capacity)
    {
        if (capacity <= Capacity) return;
        Rebuild(Slots, Math.Min(Math.Max(capacity, Capacity + Math.Max(32, Capacity / 4)), shape.ContextLength), [.. Enumerable.Range(0, RowCount)]);
    }

    /// <summary>Row i becomes a copy of row <c>indices[i]</c>.</summary>
    public void Select(ReadOnlySpan<int> indices) => Rebuild(indices.Length, Capacity, indices.ToArray());

    /// <summary>Drops a row: the last one takes its place. Returns the index of the row that moved (the dropped one when it was last).</summary>
    public int Remove(int row)
    {
        int last = RowCount - 1;
        if (row != last)
        {
            using var scope = NewDisposeScope();
            foreach (Tensor tensor in keys.Concat(values))
                tensor[row].narrow(1, 0, lengths[last]).copy_(tensor[last].narrow(1, 0, lengths[last]));
            lengths[row] = lengths[last];
        }
        Array.Resize(ref lengths, last);
        return last;
    }

    /// <summary>Adds rows that copy rows of another cache.</summary>
    public void Append(KeyValueCache source, int[] indices)
    {
        using var scope = NewDisposeScope();
        int longest = indices.Max(i => source.lengths[i]);
        Tensor rows = tensor(indices.Select(i => (long)i).ToArray(), device: device);
        for (int layer = 0; layer < keys.Length; layer++)
        {
            keys[layer].narrow(0, RowCount, indices.Length).narrow(2, 0, longest).copy_(source.Keys(layer, longest).index_select(0, rows));
            values[layer].narrow(0, RowCount, indices.Length).narrow(2, 0, longest).copy_(source.Values(layer, longest).index_select(0, rows));
        }
        lengths = [.. lengths, .. indices.Select(i => source.lengths[i])];
    }

    public void Dispose()
    {
        foreach (Tensor tensor in groups.Concat(keys).Concat(values)) tensor.Dispose();
    }

    private void Rebuild(int slots, int capacity, int[] indices)
    {
        int longest = lengths.Length == 0 ? 0 : lengths.Max();
        for (int group = 0; group < groups.Length; group++)
        {
            using var scope = NewDisposeScope();
            Tensor from = groups[group], to = Allocate(group, slots, capacity);
            // Row by row, because a gather of all rows would need memory for another copy.
            for (int i = 0; i < indices.Length; i++) to.select(2, i).narrow(3, 0, longest).copy_(from.select(2, indices[i]).narrow(3, 0, longest));
            Place(group, to);
        }
        addresses = null;
        lengths = [.. indices.Select(i => lengths[i])];
    }

    /// <summary>Keys and values of a group of blocks, <c>[blocks, 2, slots, key heads, capacity, width]</c>.</summary>
    private Tensor Allocate(int group, int slots, int capacity)
    {
        long[] size = [groupStarts[group + 1] - groupStarts[group], 2, slots, shape.KeyValueHeadCount, capacity, width];
        return (zeroed ? zeros(size, type, device) : empty(size, type, device)).DetachFromDisposeScope();
    }

    /// <summary>Makes memory that of a group of blocks, whose former memory is freed.</summary>
    private void Place(int group, Tensor memory)
    {
        groups[group]?.Dispose();
        groups[group] = memory;
        for (int layer = groupStarts[group]; layer < groupStarts[group + 1]; layer++)
        {
            using var scope = NewDisposeScope();
            keys[layer]?.Dispose();
            values[layer]?.Dispose();
            Tensor block = memory[layer - groupStarts[group]];
            (keys[layer], values[layer]) = (block[0].DetachFromDisposeScope(), block[1].DetachFromDisposeScope());
        }
    }
}
