using System.Text;

namespace Tilt.Tasks.Embedded;

/// <summary>A hash that is part of the data's definition: the same on every machine and in every version.</summary>
internal static class StableHash
{
    /// <summary>FNV-1a (64 bit) of the UTF-8 bytes, then the finaliser of SplitMix64, so that all bits depend on all bytes.</summary>
    public static ulong Of(string text)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(text)) hash = (hash ^ b) * 0x100000001B3;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}
