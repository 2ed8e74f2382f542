namespace Tilt.Inference.Methods.Responses;

/// <summary>Compares token sequences by content.</summary>
internal sealed class TokenIdsComparer : IEqualityComparer<int[]>
{
    public static readonly TokenIdsComparer Instance = new();

    public bool Equals(int[]? x, int[]? y) => x is null || y is null ? ReferenceEquals(x, y) : x.AsSpan().SequenceEqual(y);

    public int GetHashCode(int[] obj)
    {
        var hash = new HashCode();
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(obj.AsSpan()));
        return hash.ToHashCode();
    }
}
