using Tilt.Inference.Vectors;

namespace Tilt.Inference.Fused;

/// <summary>
/// Pages of 32 positions of keys and values of all layers, counted by reference so that sequences with a common beginning share
/// its full pages. Not safe for threads: pages are taken and given back by one thread.
/// </summary>
internal sealed unsafe class KeyValuePool
{
    /// <summary>Positions of a page.</summary>
    public const int PagePositions = 32;

    private readonly List<AlignedBuffer> _slabs = [];
    private readonly Stack<int> _free = [];
    private readonly long _pageFloats;
    private readonly int _slabPages;
    private int[] _references = [];

    /// <summary>Makes an empty pool.</summary>
    public KeyValuePool(in AttentionShape shape, int layers)
    {
        _pageFloats = (long)shape.LayerFloats * layers;
        // About 4 MiB a slab: small models take few allocations, large ones waste little.
        _slabPages = (int)Math.Clamp((1L << 20) / _pageFloats, 1, 256);
    }

    /// <summary>Pages in use.</summary>
    public int Used => _slabs.Count * _slabPages - _free.Count;

    /// <summary>A page with one reference; its content is arbitrary but finite.</summary>
    public int Take()
    {
        if (_free.Count == 0) Grow();
        int page = _free.Pop();
        _references[page] = 1;
        return page;
    }

    /// <summary>Adds a reference.</summary>
    public void Share(int page) => _references[page]++;

    /// <summary>Removes a reference.</summary>
    public void Release(int page)
    {
        if (--_references[page] == 0) _free.Push(page);
    }

    /// <summary>Whether more than one sequence holds the page.</summary>
    public bool IsShared(int page) => _references[page] > 1;

    /// <summary>The page's memory, <c>[layer, …]</c>.</summary>
    public float* Address(int page) => _slabs[page / _slabPages].Pointer + page % _slabPages * _pageFloats;

    /// <summary>Copies a whole page.</summary>
    public void Copy(int from, int to) =>
        Buffer.MemoryCopy(Address(from), Address(to), _pageFloats * sizeof(float), _pageFloats * sizeof(float));

    private void Grow()
    {
        int first = _slabs.Count * _slabPages;
        _slabs.Add(new AlignedBuffer(_pageFloats * _slabPages));
        Array.Resize(ref _references, first + _slabPages);
        for (int page = first + _slabPages - 1; page >= first; page--) _free.Push(page);
    }
}
