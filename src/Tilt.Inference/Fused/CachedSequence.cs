namespace Tilt.Inference.Fused;

/// <summary>The pages that hold the keys and values of one sequence.</summary>
internal sealed class CachedSequence
{
    private int[] _pages = new int[4];
    private int _pageCount;

    /// <summary>Positions written.</summary>
    public int Length { get; private set; }

    /// <summary>The pages in order.</summary>
    public ReadOnlySpan<int> Pages => _pages.AsSpan(0, _pageCount);

    /// <summary>Makes room for <paramref name="count"/> more positions, none of them in a page that another sequence holds.</summary>
    public void Extend(KeyValuePool pool, int count)
    {
        if (Length % KeyValuePool.PagePositions != 0 && pool.IsShared(_pages[_pageCount - 1]))
        {
            int shared = _pages[_pageCount - 1], own = pool.Take();
            pool.Copy(shared, own);
            pool.Release(shared);
            _pages[_pageCount - 1] = own;
        }
        Length += count;
        while (_pageCount * KeyValuePool.PagePositions < Length)
        {
            if (_pageCount == _pages.Length) Array.Resize(ref _pages, 2 * _pageCount);
            _pages[_pageCount++] = pool.Take();
        }
    }

    /// <summary>Becomes a copy of <paramref name="other"/> that shares its pages; must be empty.</summary>
    public void CopyFrom(KeyValuePool pool, CachedSequence other)
    {
        if (_pages.Length < other._pageCount) _pages = new int[other._pages.Length];
        other.Pages.CopyTo(_pages);
        _pageCount = other._pageCount;
        Length = other.Length;
        foreach (int page in Pages) pool.Share(page);
    }

    /// <summary>Gives all pages back.</summary>
    public void Clear(KeyValuePool pool)
    {
        foreach (int page in Pages) pool.Release(page);
        _pageCount = 0;
        Length = 0;
    }
}
