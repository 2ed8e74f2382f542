namespace Tilt.Torch.Decoding;

/// <summary>How an engine on the CPU keeps the matrices of a model folder.</summary>
public enum WeightStorage
{
    /// <summary>
    /// Where the files are mapped to, without a copy: loading takes as long as the system needs to map the pages, and the memory is
    /// the page cache's, shared with other processes. The default.
    /// </summary>
    Mapped,

    /// <summary>
    /// Copied into oneDNN's blocked layout, bfloat16 only: batches of sequences generate up to 1.7 times
    /// faster (docs/performance.md), loading takes as long as the copy. Needs a processor with bfloat16 instructions.
    /// </summary>
    Packed,
}
