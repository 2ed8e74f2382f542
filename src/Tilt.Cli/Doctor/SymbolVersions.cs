using System.Buffers.Binary;
using System.Text;

namespace Tilt.Cli.Doctor;

/// <summary>A version of a library's symbols that an ELF file asks for.</summary>
/// <param name="Library">The library, such as libstdc++.so.6.</param>
/// <param name="Version">The version, such as GLIBCXX_3.4.32.</param>
/// <param name="IsWeak">Whether the loader goes on without it.</param>
internal sealed record SymbolVersion(string Library, string Version, bool IsWeak);

/// <summary>
/// Reads the section .gnu.version_r of a 64-bit little-endian ELF file (System V ABI; Linux Standard Base, symbol versioning).
/// </summary>
internal static class SymbolVersions
{
    private const uint VersionNeeded = 0x6ffffffe;
    private const int Weak = 2, MostEntries = 10_000;

    /// <summary>All versions that a file asks for; null when it is no such file or is damaged.</summary>
    public static IReadOnlyList<SymbolVersion>? Read(byte[] elf)
    {
        try
        {
            return elf.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8) ? [.. Sections(elf)] : null;
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static IEnumerable<SymbolVersion> Sections(byte[] elf)
    {
        long table = Long(elf, 0x28);
        int size = Short(elf, 0x3A), count = Short(elf, 0x3C);
        for (int section = 0; section < count; section++)
        {
            int header = At(table, section, size);
            if (Int(elf, header + 4) != VersionNeeded) continue;
            int names = checked((int)Long(elf, At(table, Int(elf, header + 0x28), size) + 0x18));
            foreach (SymbolVersion version in Needed(elf, checked((int)Long(elf, header + 0x18)), names)) yield return version;
        }
    }

    private static IEnumerable<SymbolVersion> Needed(byte[] elf, int need, int names)
    {
        for (int entries = 0; entries < MostEntries;)
        {
            string library = Name(elf, names, Int(elf, need + 4));
            int auxiliary = checked(need + (int)Int(elf, need + 8));
            for (; entries < MostEntries; entries++)
            {
                yield return new SymbolVersion(library, Name(elf, names, Int(elf, auxiliary + 8)), (Short(elf, auxiliary + 4) & Weak) != 0);
                int step = checked((int)Int(elf, auxiliary + 12));
                if (step == 0) break;
                auxiliary += step;
            }

            int next = checked((int)Int(elf, need + 12));
            if (next == 0) yield break;
            need += next;
            entries++;
        }
    }

    private static int At(long table, long index, int size) => checked((int)(table + index * size));

    private static string Name(byte[] elf, int names, uint offset)
    {
        var text = elf.AsSpan(checked(names + (int)offset));
        return Encoding.ASCII.GetString(text[..Math.Max(0, text.IndexOf((byte)0))]);
    }

    private static ushort Short(byte[] elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(at));

    private static uint Int(byte[] elf, int at) => BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(at));

    private static long Long(byte[] elf, int at) => BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan(at));
}
